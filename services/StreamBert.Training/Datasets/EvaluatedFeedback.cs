using StreamBert.Contracts;

namespace StreamBert.Training.Datasets;

/// <summary>
/// The feedback that earlier runs of a model have read, by offset. A run evaluates on later feedback only: a candidate that is chosen
/// among many on the same texts would seem better on these texts than it is.
/// </summary>
internal sealed class EvaluatedFeedback
{
    private readonly Dictionary<int, long> _ends;

    private EvaluatedFeedback(Dictionary<int, long> ends) => _ends = ends;

    /// <summary>The position behind the last one of each partition.</summary>
    public IReadOnlyList<RecordPosition> Ends =>
        [.. _ends.OrderBy(static end => end.Key).Select(static end => new RecordPosition(Topics.Feedback, end.Key, end.Value))];

    /// <summary>Returns the feedback that candidates were evaluated on.</summary>
    public static EvaluatedFeedback Of(IEnumerable<ModelTrained> runs) => Behind(runs.SelectMany(static run => run.EvaluatedUntil));

    /// <summary>Returns this feedback and some more.</summary>
    public EvaluatedFeedback Add(IEnumerable<LabelledFeedback> feedback) => Behind(Ends.Concat(
        feedback.SelectMany(static label => label.Positions).Select(static position => position with { Offset = position.Offset + 1 })));

    /// <summary>Whether any of the labels that feedback results from was read by an earlier run.</summary>
    public bool Contains(LabelledFeedback feedback) =>
        feedback.Positions.Any(position => position.Offset < _ends.GetValueOrDefault(position.Partition));

    private static EvaluatedFeedback Behind(IEnumerable<RecordPosition> ends) => new(ends.GroupBy(static end => end.Partition)
        .ToDictionary(static partition => partition.Key, static partition => partition.Max(static end => end.Offset)));
}
