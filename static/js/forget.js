// At log-out this browser forgets the words that could not be sent (sending.js): the next person may be another.
document.querySelector("form[data-forget]").addEventListener("submit", () => {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith("unsent:")) localStorage.removeItem(name);
  } catch {
    // nothing was kept
  }
});
