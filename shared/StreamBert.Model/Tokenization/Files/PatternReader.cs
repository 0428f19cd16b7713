using System.Text.Json;
using StreamBert.Model.Tokenization.Patterns;

namespace StreamBert.Model.Tokenization.Files;

/// <summary>Reads the <c>pattern</c> of a component: a text, or a plain regular expression.</summary>
internal static class PatternReader
{
    public static TextPattern Read(JsonElement json, string component, ComponentContext context)
    {
        var pattern = json.Find("pattern") ?? throw context.Unsupported($"the {component} has no pattern");
        if (pattern.FindText("String") is { Length: > 0 } text) return new LiteralPattern(text);
        var expression = pattern.FindText("Regex")
            ?? throw context.Unsupported($"the pattern of the {component} is neither a String nor a Regex");
        return RegexPattern.TryCreate(expression)
            ?? throw context.Unsupported($"the {component} with the Regex '{expression}' is not supported");
    }
}
