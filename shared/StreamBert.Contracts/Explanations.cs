namespace StreamBert.Contracts;

/// <summary>
/// Why a head gave a label its score: how much each word moved that label's logit (of a regression, the number itself) away from what the
/// model says
/// of the same text with every word hidden. The attributions sum up to <see cref="Score"/> − <see cref="BaselineScore"/>, but for the gap.
/// </summary>
public sealed record Explanation
{
    public required string Head { get; init; }

    /// <summary>The version explained: the one that served then, which may be newer than the prediction's.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>The label explained.</summary>
    public required string Label { get; init; }

    /// <summary>The label's logit for the text.</summary>
    public required double Score { get; init; }

    /// <summary>The label's logit with every word hidden.</summary>
    public required double BaselineScore { get; init; }

    /// <summary>In the order of the text; what was cut off because the text is too long is missing.</summary>
    public required IReadOnlyList<WordAttribution> Words { get; init; }

    public required CompletenessGap CompletenessGap { get; init; }

    /// <summary>Points on the way from the hidden to the whole text at which gradients were taken.</summary>
    public required int Steps { get; init; }

    /// <summary>This explanation without the text's words, and with them again.</summary>
    public Explanation WithoutText() => this with { Words = [.. Words.Select(static word => word with { Text = null })] };

    /// <inheritdoc cref="WithoutText"/>
    public Explanation WithText(string text)
        => this with { Words = [.. Words.Select(word => word with { Text = text[word.Start..word.End] })] };
}

/// <summary>A word and what it did to the label's logit: positive speaks for the label, negative against it.</summary>
/// <param name="Text">Null in the log where the pipeline's privacy settings keep texts out of it.</param>
/// <param name="Start">UTF-16 position in the text; <paramref name="End"/> is exclusive.</param>
public sealed record WordAttribution(string? Text, int Start, int End, double Attribution);

/// <summary>By how much the attributions miss what they should sum up to; the numerical error of the explanation.</summary>
/// <param name="Absolute">In units of the logit.</param>
/// <param name="Relative">As a share of |score − baseline score|.</param>
public sealed record CompletenessGap(double Absolute, double Relative);
