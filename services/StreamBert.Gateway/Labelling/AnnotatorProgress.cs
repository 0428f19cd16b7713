namespace StreamBert.Gateway.Labelling;

/// <summary>How much an annotator has labelled, and how far the labels agree with those of others.</summary>
/// <param name="Today">The number of labels since the day began.</param>
/// <param name="Compared">The number of labels of others on the same texts and heads.</param>
/// <param name="Agreeing">The number of those that are the same label.</param>
internal sealed record AnnotatorProgress(int Today, int Compared, int Agreeing);
