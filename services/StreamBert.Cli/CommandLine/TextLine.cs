namespace StreamBert.Cli.CommandLine;

/// <summary>Represents one text of the input, or the reason why it could not be read.</summary>
/// <param name="Number">The number of the text, from 1.</param>
/// <param name="Location">The file and row of the text.</param>
internal sealed record TextLine(long Number, string? Text, string? Fault, string? Location = null)
{
    /// <summary>A difference between the text as it was written and as it was read.</summary>
    public string? Note { get; init; }

    /// <summary>The values of the further columns that were asked for, each null if it is absent or empty.</summary>
    public IReadOnlyList<string?> Fields { get; init; } = [];

    /// <summary>The message for a text that could not be read.</summary>
    public string Error => $"{Location ?? $"Line {Number}"} cannot be read: {Fault}.";
}
