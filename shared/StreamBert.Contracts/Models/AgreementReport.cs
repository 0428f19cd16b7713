namespace StreamBert.Contracts;

/// <summary>Reports how far the annotators of a data set agree on one head.</summary>
public sealed record AgreementReport
{
    /// <summary>The head.</summary>
    public required string Head { get; init; }

    /// <summary>The number of texts, counted once if the model reads them identically.</summary>
    public required int Texts { get; init; }

    /// <summary>The number of texts that several annotators labelled.</summary>
    public int SharedTexts { get; init; }

    /// <summary>The number of texts without a label in the data set, because the annotators' labels decide nothing.</summary>
    public int Conflicts { get; init; }

    /// <summary>
    /// Krippendorff's α for nominal labels (Krippendorff 2011): 1 is perfect agreement, 0 that of chance; null without shared texts.
    /// </summary>
    public double? Alpha { get; init; }
}
