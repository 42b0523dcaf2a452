// A page of its own for words: what was typed without a line is kept and offered again. Without it the form works the same.

import { Sending } from "./sending.js";

for (const form of document.querySelectorAll("form[data-unsent]")) new Sending(form);
