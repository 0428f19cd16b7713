using System.Text.Json;

namespace StreamBert.Model.Tokenization.Files;

/// <summary>
/// What the readers of the components of a <c>tokenizer.json</c> share. Unsupported components are refused by name and type: to skip one
/// would silently change token ids.
/// </summary>
internal sealed class ComponentContext(string path)
{
    private const string Sequence = "Sequence";

    public string Path => path;

    public ModelPackageException Unsupported(string problem) =>
        new($"{path}: {problem}. See docs/use-your-own-model.md for the components of tokenizer.json that are supported.");

    /// <summary>Returns the type of a component.</summary>
    public string GetType(JsonElement component, string name) => component.FindText("type") ?? throw Unsupported($"the {name} has no type");

    /// <summary>Returns a component or, if it is a sequence, its parts in order; nothing if it is absent.</summary>
    /// <param name="list">The field that holds the parts of a sequence.</param>
    public List<JsonElement> Flatten(JsonElement? component, string name, string list)
    {
        if (component is not { } present) return [];
        if (GetType(present, name) != Sequence) return [present];
        var parts = present.Find(list) ?? throw Unsupported($"the {name} Sequence has no {list}");
        return [.. parts.EnumerateArray().SelectMany(part => Flatten(part, name, list))];
    }
}
