using StreamBert.Contracts;
using StreamBert.Operations.Records;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Verification;

/// <summary>Matches predictions, dead letters and copies on routes with their input records, and counts what is wrong with them.</summary>
internal sealed class OutcomeCheck(IReadOnlyList<VerifiedPartition> partitions, FindingCounter findings)
{
    private readonly Dictionary<(string, int), VerifiedPartition> _partitions = partitions.ToDictionary(static p => (p.Topic, p.Number));
    private readonly Dictionary<string, RetentionHorizon> _routes = [];

    public IReadOnlyList<VerifiedPartition> Partitions => partitions;
    public RetentionHorizon Predictions { get; } = new();
    public RetentionHorizon DeadLetters { get; } = new();

    /// <summary>The number of copies that predictions sent to routes.</summary>
    public long Copies { get; private set; }

    /// <summary>The routes to which predictions were sent.</summary>
    public IReadOnlyList<string> Routes => [.. partitions.SelectMany(static p => p.Routes).Distinct().Order(StringComparer.Ordinal)];

    public RetentionHorizon GetRoute(string route) => _routes.TryGetValue(route, out var horizon) ? horizon : _routes[route] = new();

    public IEnumerable<VerificationFinding> CheckPrediction(LogRecord record)
    {
        if (Match(record) is not var (reference, input))
            return CheckReadable(record);
        Predictions.Observe(record.Position.Partition, input, reference.Origin.Offset);
        Copies += (reference.Routes ?? []).Count(route => input.TryAddRoute(route, reference.Origin.Offset));
        return CheckOutcome(record, reference, input, VerificationOutcome.Predicted);
    }

    public IEnumerable<VerificationFinding> CheckDeadLetter(LogRecord record)
    {
        if (Match(record) is not var (reference, input))
            return CheckReadable(record);
        DeadLetters.Observe(record.Position.Partition, input, reference.Origin.Offset);
        return CheckOutcome(record, reference, input, VerificationOutcome.DeadLettered);
    }

    public IEnumerable<VerificationFinding> CheckCopy(string route, LogRecord record)
    {
        if (Match(record) is not var (reference, input))
            return CheckReadable(record);
        GetRoute(route).Observe(record.Position.Partition, input, reference.Origin.Offset);
        return input.TryAddCopy(route, reference.Origin.Offset)
            ? []
            : findings.Count(new(FindingKinds.CopyDuplicated, $"{record.Position} holds another copy", reference.Origin, reference.Id));
    }

    public IEnumerable<VerificationFinding> FindMissingCopies() =>
        from route in Routes
        from input in partitions
        let first = GetRoute(route).GetFirstVerifiableOffset(input)
        from offset in input.FindOffsetsWithoutCopy(route)
        where offset >= first
        from finding in findings.Count(new(
            FindingKinds.CopyMissing, $"its prediction was sent to '{route}', but {Topics.Route(route)} holds no copy of it",
            input.PositionOf(offset)))
        select finding;

    /// <summary>Adds an outcome. A second one is reported as a duplicate only, not as out of order as well.</summary>
    private IEnumerable<VerificationFinding> CheckOutcome(
        LogRecord record, OutputReference reference, VerifiedPartition input, VerificationOutcome outcome)
    {
        var (origin, position) = (reference.Origin, record.Position.ToString());
        var name = outcome == VerificationOutcome.Predicted ? "prediction" : "dead letter";
        if (!input.TryAddOutcome(origin.Offset, outcome))
            return findings.Count(new(FindingKinds.Duplicated, $"{position} holds another outcome, a {name}", origin, reference.Id));
        return input.IsInOrder(record.Position, origin.Offset)
            ? []
            : findings.Count(new(FindingKinds.OutOfOrder, $"its {name} at {position} follows that of a later record", origin,
                reference.Id));
    }

    private (OutputReference Reference, VerifiedPartition Input)? Match(LogRecord record) =>
        OutputReference.TryRead(record, out var reference, out _)
        && _partitions.TryGetValue((reference.Origin.Topic, reference.Origin.Partition), out var input)
        && input.Contains(reference.Origin.Offset)
            ? (reference, input) : null;

    /// <summary>Reports an output that cannot be read. The input record that it may belong to is then reported as missing.</summary>
    private IEnumerable<VerificationFinding> CheckReadable(LogRecord record)
    {
        if (OutputReference.TryRead(record, out _, out var fault))
            return [];
        var detail = $"the output at {record.Position} cannot be read ({fault.Reason}: {fault.Detail}); it may belong to a missing text";
        return findings.Count(new(FindingKinds.OutputUnreadable, detail));
    }
}
