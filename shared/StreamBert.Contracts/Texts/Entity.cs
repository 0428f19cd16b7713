namespace StreamBert.Contracts;

/// <summary>Holds a named entity that a head found in a text.</summary>
/// <param name="Type">The type of the entity in the head's terms, such as <c>ORG</c>.</param>
/// <param name="Start">The first character in the original text, in UTF-16 code units.</param>
/// <param name="End">The character after the last.</param>
/// <param name="Confidence">The mean calibrated probability of its words' tags, 0 to 1.</param>
/// <param name="Head">The head that found it.</param>
public sealed record Entity(string Type, int Start, int End, double Confidence, string Head)
{
    /// <summary>The text of the entity, if the pipeline's privacy settings allow it.</summary>
    public string? Text { get; init; }

    /// <summary>Returns this entity with its text.</summary>
    public Entity WithText(string text) => this with { Text = text[Start..End] };
}
