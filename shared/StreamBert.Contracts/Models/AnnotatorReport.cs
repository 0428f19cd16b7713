namespace StreamBert.Contracts;

/// <summary>Reports how reliable an annotator's labels seemed to a training run.</summary>
public sealed record AnnotatorReport
{
    /// <summary>The annotator, as the feedback names the person, or the pseudonym.</summary>
    public required string Annotator { get; init; }

    /// <summary>The number of labels.</summary>
    public required int Labels { get; init; }

    /// <summary>The number of labels on texts that others labelled too.</summary>
    public int SharedLabels { get; init; }

    /// <summary>The share of the others' labels of these texts that are equal, 0 to 1; null if there are none.</summary>
    public double? Agreement { get; init; }

    /// <summary>The share of wrong labels, 0 to 1, as a model estimates that is fitted on the labels of all; null if unknown.</summary>
    public double? ErrorRate { get; init; }

    /// <summary>The number of labels on texts that the champion answered with a confidence of 0.9 or more.</summary>
    public int ConfidentAnswers { get; init; }

    /// <summary>The number of them that contradict the champion.</summary>
    public int Contradictions { get; init; }

    /// <summary>Whether the gate found the annotator less reliable than the others.</summary>
    public bool Unreliable { get; init; }
}
