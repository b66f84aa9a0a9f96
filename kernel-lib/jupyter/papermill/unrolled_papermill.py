"""Lets papermill write parameters as TypeScript: `papermill in.ipynb out.ipynb -p lr 0.1` needs no further option."""

import datetime
import json
import math
import numbers
import re

from papermill.engines import NBClientEngine
from papermill.exceptions import PapermillException
from papermill.models import Parameter
from papermill.translators import Translator, papermill_translators

# papermill loads what stands under its entry point `papermill.engine` and has none for translators: so this module offers
# papermill's own engine under another name, and registers the translator when it is loaded for that.
engine = NBClientEngine

RESERVED = frozenset(
    "await break case catch class const continue debugger default delete do else enum export extends false finally for "
    "function if implements import in instanceof interface let new null package private protected public return static "
    "super switch this throw true try typeof undefined var void while with yield".split()
)
DECLARATION = re.compile(
    r"""^(?:let|const|var)\s+(?P<name>[$\w]+)\s*
        (?::\s*(?P<type>[^=]+?)\s*)?
        =\s*(?P<value>(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|[^"'`/]|/(?!/))*?)
        \s*;?\s*(?://\s*(?P<help>.*?)\s*)?$""",
    re.VERBOSE,
)


class TypeScriptTranslator(Translator):
    """Parameters as `let lr: number = 0.1;`: declared again after the notebook's own, and open to assignment like those."""

    @classmethod
    def codify(cls, parameters, comment="Parameters"):
        lines = [cls.comment(comment)]
        for name, value in parameters.items():
            if not name.replace("$", "_").isidentifier() or name in RESERVED:
                raise PapermillException(
                    f"The parameter {name!r} is no TypeScript name: choose letters, digits, _ and $, and no keyword."
                )
            try:
                lines.append(f"let {name}: {cls.type_of(value)} = {cls.translate(value)};")
            except ValueError as error:
                raise PapermillException(f"The parameter {name} {error}") from None
        return "\n".join(lines) + "\n"

    @classmethod
    def translate(cls, val):
        if val is None:
            return "null"
        if isinstance(val, bool):
            return "true" if val else "false"
        if isinstance(val, str):
            return cls.translate_str(val)
        if isinstance(val, (datetime.date, datetime.time)):
            return cls.translate_str(val.isoformat())
        if isinstance(val, numbers.Integral):
            return cls.translate_int(int(val))
        if isinstance(val, numbers.Real):
            return cls.translate_float(float(val))
        if isinstance(val, dict):
            return cls.translate_dict(val)
        if isinstance(val, (list, tuple)):
            return cls.translate_list(val)
        raise ValueError(
            f"holds a {type(val).__name__}: give null, a boolean, a number, a string, or a list or dictionary of those."
        )

    @classmethod
    def translate_str(cls, val):
        text = json.dumps(val, ensure_ascii=False)
        # a line separator breaks a line in an editor, and half of a surrogate pair cannot be saved as UTF-8
        return re.sub("[\u2028\u2029\ud800-\udfff]", lambda found: f"\\u{ord(found.group()):04x}", text)

    @classmethod
    def translate_int(cls, val):
        try:
            exact = int(float(val)) == val
        except OverflowError:
            exact = False
        if not exact:
            raise ValueError(f"is {val}, which a TypeScript number cannot hold exactly: give it as a string.")
        return str(val)

    @classmethod
    def translate_float(cls, val):
        if math.isnan(val):
            return "NaN"
        if math.isinf(val):
            return "Infinity" if val > 0 else "-Infinity"
        return repr(val)

    @classmethod
    def translate_list(cls, val):
        return f"[{', '.join(cls.translate(item) for item in val)}]"

    @classmethod
    def translate_dict(cls, val):
        if not val:
            return "{}"
        return "{ " + ", ".join(f"{cls.key(key)}: {cls.translate(item)}" for key, item in val.items()) + " }"

    @classmethod
    def key(cls, key):
        text = cls.translate_str(key if isinstance(key, str) else cls.translate(key))
        # written plainly, this one would set the object's prototype
        return f"[{text}]" if text == '"__proto__"' else text

    @classmethod
    def type_of(cls, val):
        """The type to declare: wide enough for any cell that was written for another value of the same kind."""
        if isinstance(val, bool):
            return "boolean"
        if isinstance(val, (str, datetime.date, datetime.time)):
            return "string"
        if isinstance(val, numbers.Real):
            return "number"
        if isinstance(val, (list, tuple)):
            types = list(dict.fromkeys(cls.type_of(item) for item in val))
            if not types or "any" in types:
                return "any[]"
            return f"{types[0]}[]" if len(types) == 1 else f"({' | '.join(types)})[]"
        if isinstance(val, dict) and val:
            return "{ " + "; ".join(f"{cls.key(key)}: {cls.type_of(item)}" for key, item in val.items()) + " }"
        # null and {} say nothing of what else the notebook expects there: `null` itself would make `seed?.toFixed()` an error
        return "any"

    @classmethod
    def comment(cls, cmt_str):
        return "\n".join(f"// {line}".rstrip() for line in cmt_str.splitlines() or [""])

    @classmethod
    def inspect(cls, parameters_cell):
        found = (DECLARATION.match(line) for line in parameters_cell["source"].splitlines())
        return [
            Parameter(
                name=match["name"],
                inferred_type_name=match["type"] or "None",
                default=match["value"],
                help=match["help"] or "",
            )
            for match in found
            if match
        ]


for language in ("typescript", "tslab"):
    papermill_translators.register(language, TypeScriptTranslator)
