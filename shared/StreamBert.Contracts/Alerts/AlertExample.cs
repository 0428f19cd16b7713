namespace StreamBert.Contracts;

/// <summary>Holds a text that contributed to an alert.</summary>
/// <param name="Id">The id of the text.</param>
/// <param name="Text">The text, if the pipeline's privacy settings allow it.</param>
/// <param name="Label">The predicted label.</param>
/// <param name="Confidence">The confidence in the label, 0 to 1.</param>
public sealed record AlertExample(string Id, string? Text, string Label, double Confidence)
{
    /// <summary>The number of copies of the text's story in the window, itself included.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>The text as its prediction has it sealed; the code that displays the alert decrypts it.</summary>
    public byte[]? Sealed { get; init; }

    /// <summary>Whether the text's subject has been erased; set for display, never stored.</summary>
    public bool? Erased { get; init; }
}
