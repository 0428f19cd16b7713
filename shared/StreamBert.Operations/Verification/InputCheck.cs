using StreamBert.Contracts;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Verification;

/// <summary>Enters what came of records, and counts what is wrong with it.</summary>
internal sealed class InputCheck(IReadOnlyList<CheckedPartition> partitions)
{
    private readonly Dictionary<(string, int), CheckedPartition> _byPlace = partitions.ToDictionary(static p => (p.Topic, p.Number));
    private readonly Dictionary<string, Horizon> _routes = [];
    private readonly Dictionary<string, long> _counts = [];
    private long _copies;

    public IReadOnlyList<CheckedPartition> Partitions => partitions;
    public Horizon Predictions { get; } = new();
    public Horizon DeadLetters { get; } = new();

    /// <summary>The queues that predictions were sent to.</summary>
    public IReadOnlyList<string> Queues => [.. partitions.SelectMany(static p => p.Queues).Distinct().Order(StringComparer.Ordinal)];

    public Horizon Route(string queue) => _routes.TryGetValue(queue, out var horizon) ? horizon : _routes[queue] = new();

    public IEnumerable<Finding> Prediction(LogRecord record)
    {
        foreach (var finding in Unreadable(record))
            yield return finding;
        if (Find(record) is not var (mark, input))
            yield break;
        Predictions.Saw(record.Position.Partition, input, mark.Origin!.Offset);
        foreach (var queue in (mark.Routes ?? []).Where(queue => input.Send(queue, mark.Origin.Offset)))
            _copies++;
        foreach (var finding in Outcome(record, mark, input, Verification.Outcome.Predicted, "prediction"))
            yield return finding;
    }

    public IEnumerable<Finding> DeadLetter(LogRecord record)
    {
        if (Find(record) is not var (mark, input))
            return Unreadable(record);
        DeadLetters.Saw(record.Position.Partition, input, mark.Origin!.Offset);
        return Outcome(record, mark, input, Verification.Outcome.DeadLettered, "dead letter");
    }

    public IEnumerable<Finding> Copy(string queue, LogRecord record)
    {
        if (Find(record) is not var (mark, input))
            return Unreadable(record);
        Route(queue).Saw(record.Position.Partition, input, mark.Origin!.Offset);
        return input.Copy(queue, mark.Origin.Offset)
            ? []
            : Counted(new(FindingKinds.CopyDoubled, $"a further copy stands at {record.Position.Place()}", mark.Origin, mark.Id));
    }

    public IEnumerable<Finding> MissingCopies() =>
        from queue in Queues
        from input in partitions
        let judged = Route(queue).Of(input)
        from offset in input.WithoutCopy(queue)
        where offset >= judged
        from finding in Counted(new(
            FindingKinds.CopyMissing,
            $"its prediction was sent to '{queue}', but no copy stands in {Topics.Route(queue)}",
            At(input, offset)))
        select finding;

    /// <summary>Passes a finding on, counted.</summary>
    public IEnumerable<Finding> Counted(Finding? finding, long records = 1)
    {
        if (finding is null)
            return [];
        _counts[finding.Kind] = Count(finding.Kind) + records;
        return [finding];
    }

    public VerificationReport Report(long events)
    {
        var (predicted, dead, missing) = (partitions.Sum(static p => p.Predicted), partitions.Sum(static p => p
            .DeadLettered), Count(FindingKinds.Missing));
        return new(
            predicted + dead + missing, predicted, dead, partitions.Sum(static p => p.InFlight), missing, partitions.Sum(
                static p => p.Doubled), Count(FindingKinds.Unjudged))
        {
            Disordered = Count(FindingKinds.Disordered),
            Copies = _copies,
            CopiesMissing = Count(FindingKinds.CopyMissing),
            CopiesDoubled = Count(FindingKinds.CopyDoubled),
            Events = events,
            EventsDoubled = Count(FindingKinds.EventDoubled),
            OutputsUnreadable = Count(FindingKinds.OutputUnreadable),
            Damaged = Count(FindingKinds.Damaged),
            Lost = Count(FindingKinds.Lost),
            FilesDamaged = Count(FindingKinds.FilesDamaged),
        };
    }

    public static RecordOrigin At(CheckedPartition input, long offset) => new(input.Topic, input.Number, offset);

    /// <summary>A second outcome is told as such, and not as a fault of order too.</summary>
    private IEnumerable<Finding> Outcome(LogRecord record, OutputMark mark, CheckedPartition input, Outcome outcome, string what)
    {
        if (!input.Add(mark.Origin!.Offset, outcome))
        {
            return Counted(
                new(FindingKinds.Doubled, $"a further outcome, a {what}, stands at {record.Position.Place()}", mark.Origin, mark.Id));
        }

        return input.IsNext(record.Position, mark.Origin.Offset)
            ? []
            : Counted(new(
                FindingKinds.Disordered,
                $"its {what} at {record.Position.Place()} stands after that of a later record",
                mark.Origin,
                mark.Id));
    }

    private (OutputMark Mark, CheckedPartition Input)? Find(LogRecord record) =>
        OutputMark.Read(record, out var mark) is null && mark.Origin is { } origin
            && _byPlace.TryGetValue((origin.Topic, origin.Partition), out var input)
            && input.Covers(origin.Offset)
            ? (mark, input) : null;

    /// <summary>An output that cannot be read is told by itself: the record that it may be the outcome of then shows as missing.</summary>
    private IEnumerable<Finding> Unreadable(LogRecord record) => OutputMark.Read(record, out _) is { } fault
        ? Counted(new(FindingKinds.OutputUnreadable, $"the output at {record.Position.Place()} cannot be read ({fault.Reason}: {fault.Detail}); a text that is missing may be the one it was of"))
        : [];

    private long Count(string kind) => _counts.GetValueOrDefault(kind);
}
