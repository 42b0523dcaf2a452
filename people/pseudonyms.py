"""A given name for a newcomer: two gentle words, so that nobody needs to invent one or use their own."""

import secrets

from people.models import Person

FIRST = (
    "Amber Autumn Blue Brave Bright Calm Clear Copper Early Evening Gentle Golden Green Grey Hazel Honest Indigo "
    "Ivory Kind Lilac Lively Maple Mellow Misty Morning Northern Olive Peaceful Pearl Quiet Russet Sandy Silver "
    "Slow Soft Spring Steady Still Summer Sunny Tidy Velvet Warm Wild Winter Woven"
).split()
SECOND = (
    "Alder Badger Beech Birch Bramble Brook Cedar Clover Crane Curlew Dunnock Elm Fern Finch Fox Hare Harbour "
    "Hazelnut Heather Heron Ivy Juniper Kestrel Lark Lantern Linden Magpie Meadow Moss Otter Owl Pebble Pine Plover "
    "Poppy Reed River Robin Rowan Sparrow Swallow Thistle Thrush Tulip Willow Wren"
).split()


def give() -> str:
    """A pseudonym that nobody holds yet: two words, and a number from 2 on once both are taken together."""
    name = f"{secrets.choice(FIRST)} {secrets.choice(SECOND)}"
    taken = set(Person.objects.filter(pseudonym__startswith=name).values_list("pseudonym", flat=True))
    if name not in taken:
        return name
    number = 2
    while f"{name} {number}" in taken:
        number += 1
    return f"{name} {number}"
