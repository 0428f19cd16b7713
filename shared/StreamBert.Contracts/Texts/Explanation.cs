namespace StreamBert.Contracts;

/// <summary>
/// Explains a label's score: how much each word moved that label's logit (for a regression, the predicted number) from the model's answer
/// to the same text with every word masked. The attributions sum to <see cref="Score"/> − <see cref="BaselineScore"/>, except for the gap.
/// </summary>
public sealed record Explanation
{
    /// <summary>The head.</summary>
    public required string Head { get; init; }

    /// <summary>The explained version of the model, which may be newer than that of the prediction.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>The explained label.</summary>
    public required string Label { get; init; }

    /// <summary>The label's logit for the text.</summary>
    public required double Score { get; init; }

    /// <summary>The label's logit with every word masked.</summary>
    public required double BaselineScore { get; init; }

    /// <summary>The words in the order of the text, without those beyond the model's maximum length.</summary>
    public required IReadOnlyList<WordAttribution> Words { get; init; }

    /// <summary>The numerical error.</summary>
    public required CompletenessGap CompletenessGap { get; init; }

    /// <summary>The number of points between the masked and the full text at which gradients were computed.</summary>
    public required int Steps { get; init; }

    /// <summary>Returns this explanation without the texts of its words.</summary>
    public Explanation WithoutText() => this with { Words = [.. Words.Select(static word => word with { Text = null })] };

    /// <summary>Returns this explanation with the texts of its words.</summary>
    public Explanation WithText(string text) =>
        this with { Words = [.. Words.Select(word => word with { Text = text[word.Start..word.End] })] };
}
