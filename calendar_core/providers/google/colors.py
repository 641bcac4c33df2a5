"""The eleven colours that an event has at Google, and which one a colour of CSS is most like."""

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "1": "lavender",
    "2": "mediumaquamarine",
    "3": "mediumorchid",
    "4": "lightcoral",
    "5": "gold",
    "6": "coral",
    "7": "deepskyblue",
    "8": "gray",
    "9": "royalblue",
    "10": "forestgreen",
    "11": "tomato",
}
"""CSS names by colorId."""

_ALIKE = {
    "1": """aliceblue ghostwhite lavender lavenderblush lightsteelblue mediumslateblue slateblue
        thistle azure""",
    "2": """aquamarine darkseagreen honeydew lightgreen mediumaquamarine mediumspringgreen mintcream
        palegreen""",
    "3": """blueviolet darkmagenta darkorchid darkslateblue darkviolet fuchsia indigo magenta
        mediumorchid mediumpurple mediumvioletred orchid plum purple rebeccapurple violet""",
    "4": """darksalmon deeppink hotpink lightcoral lightpink lightsalmon mistyrose palevioletred
        pink rosybrown salmon""",
    "5": """beige blanchedalmond cornsilk darkgoldenrod darkkhaki floralwhite gold goldenrod ivory
        khaki lemonchiffon lightgoldenrodyellow lightyellow linen moccasin oldlace palegoldenrod
        papayawhip wheat yellow""",
    "6": """antiquewhite bisque burlywood chocolate coral darkorange navajowhite orange peachpuff
        peru saddlebrown sandybrown seashell sienna tan""",
    "7": """aqua cadetblue cyan darkcyan darkturquoise deepskyblue lightblue lightcyan
        lightseagreen lightskyblue mediumturquoise paleturquoise powderblue skyblue teal
        turquoise""",
    "8": """black darkgray darkgrey darkslategray darkslategrey dimgray dimgrey gainsboro gray grey
        lightgray lightgrey lightslategray lightslategrey silver slategray slategrey snow white
        whitesmoke""",
    "9": """blue cornflowerblue darkblue dodgerblue mediumblue midnightblue navy royalblue
        steelblue""",
    "10": """chartreuse darkgreen darkolivegreen forestgreen green greenyellow lawngreen lime
        limegreen mediumseagreen olive olivedrab seagreen springgreen yellowgreen""",
    "11": "brown crimson darkred firebrick indianred maroon orangered red tomato",
}
_IDS = {name: id_ for id_, names in _ALIKE.items() for name in names.split()}


def id_of(name: str) -> str:
    """The colorId most like a colour's name; empty for none."""
    return _IDS.get(name.strip().lower(), "")
