namespace StreamBert.Training.Annotators;

/// <summary>How a test compares an annotator with the others.</summary>
internal enum ReliabilityEvidence
{
    /// <summary>The labels of the same texts by other annotators.</summary>
    Peers,

    /// <summary>The prediction of a model that was fitted without the annotator's labels.</summary>
    Prediction,
}

/// <summary>The comparison of an annotator with the others on one head.</summary>
/// <param name="Annotator">The annotator.</param>
/// <param name="Head">The head.</param>
/// <param name="Evidence">What the labels are compared with.</param>
/// <param name="Labels">The number of the annotator's labels that are compared.</param>
/// <param name="ErrorRate">The estimated share of wrong labels, 0 to 1.</param>
/// <param name="OthersErrorRate">The same of the other annotators.</param>
/// <param name="PValue">The one-sided p-value that the annotator is not less reliable.</param>
internal sealed record ReliabilityTest(
    string Annotator, string Head, ReliabilityEvidence Evidence, int Labels, double ErrorRate, double OthersErrorRate, double PValue)
{
    public double Excess => ErrorRate - OthersErrorRate;
}
