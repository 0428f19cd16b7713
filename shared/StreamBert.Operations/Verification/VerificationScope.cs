using StreamBert.Contracts;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Log;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Operations.Verification;

/// <summary>Holds the partitions to verify, each with a range up to the committed offset of its consumer group.</summary>
/// <param name="Topics">The requested input topics.</param>
/// <param name="Partitions">The partitions of those that exist.</param>
internal sealed record VerificationScope(IReadOnlyList<string> Topics, IReadOnlyList<VerifiedPartition> Partitions)
{
    /// <exception cref="VerificationException">The request names something that does not exist, or a range of several topics.</exception>
    public static async Task<VerificationScope> ReadAsync(
        IEventLog log, PipelineCatalog pipelines, VerificationRequest request, CancellationToken cancellation)
    {
        var topics = SelectTopics(pipelines, request);
        var partitions = new List<VerifiedPartition>();
        foreach (var group in topics.GroupBy(ConsumerGroups.ForTopic))
        {
            var begins = (await log.DescribeAsync([.. group], cancellation))
                .ToDictionary(static p => (p.Topic, p.Partition), static p => p.Begin);
            foreach (var lag in await log.LagAsync(group.Key, [.. group], cancellation))
                partitions.Add(CreatePartition(pipelines.ForTopic(lag.Topic), lag, begins[(lag.Topic, lag.Partition)], request));
        }
        CheckPartitions(request, partitions);
        return new(topics, partitions);
    }

    /// <summary>Adds the reason to a report that proves nothing.</summary>
    public VerificationReport Conclude(VerificationReport report)
    {
        var unknown = Topics.Except(Partitions.Select(static p => p.Topic))
            .Where(topic => !Contracts.Topics.IsInteractive(topic) || Topics.Count == 1).ToList();
        var reason = report switch
        {
            _ when unknown.Count > 0 =>
                $"The log has no topic {string.Join(", ", unknown)}: give the log and the settings of the services (--kafka or --data, "
                    + "--config FILE).",
            { FilesDamaged: > 0 } => "Files of the log are damaged (see the findings), so that the outcomes of some texts cannot be read.",
            { Checked: 0 } => $"No record of {string.Join(", ", Topics)} could be checked: {ExplainNoRecords(report)}.",
            _ => null,
        };
        return report with { Inconclusive = reason };
    }

    private static string ExplainNoRecords(VerificationReport report) => report switch
    {
        { Unverifiable: > 0 } => $"retention has deleted the outcomes of the {report.Unverifiable} committed records",
        { InFlight: > 0 } => $"{report.InFlight} are in flight, and no worker has committed any; verify again after Inference has "
            + "committed them",
        _ => "the requested range is empty; check that these are the log and the settings (Pipelines) of the services",
    };

    private static List<string> SelectTopics(PipelineCatalog pipelines, VerificationRequest request)
    {
        var topics = GetInputs(pipelines, request.Pipeline);
        if (request.Topic is { } topic)
        {
            topics = topics.Contains(topic) ? [topic] : throw new VerificationException(
                $"'{topic}' is not an input topic{(request.Pipeline is null ? "" : " of that pipeline")}; there are "
                    + $"{string.Join(", ", topics)}.");
        }
        return topics.Count == 1 || !request.HasRange
            ? topics
            : throw new VerificationException($"A range of offsets belongs to one topic; name it ({string.Join(", ", topics)}).");
    }

    private static List<string> GetInputs(PipelineCatalog pipelines, string? pipeline)
    {
        if (pipeline is null)
            return [.. LedgerTopics.GetInputs(pipelines)];
        return pipelines.Find(pipeline) is { } found
            ? [.. found.Inputs.Distinct()]
            : throw new VerificationException($"There is no pipeline '{pipeline}'; there are "
                + $"{string.Join(", ", pipelines.All.Select(static p => p.Name))}.");
    }

    /// <summary>
    /// Limits the range to the committed records. A range that starts before the first record keeps its start; that part is unverifiable.
    /// </summary>
    private static VerifiedPartition CreatePartition(PipelineOptions? pipeline, PartitionLag lag, long begin, VerificationRequest request)
    {
        var from = Math.Max(0, request.From?.GetValueOrDefault(lag.Partition, begin) ?? begin);
        var to = Math.Min(lag.Committed, request.To?.GetValueOrDefault(lag.Partition, lag.Committed) ?? lag.Committed);
        return new(pipeline, lag, from, Math.Max(from, to));
    }

    private static void CheckPartitions(VerificationRequest request, List<VerifiedPartition> partitions)
    {
        foreach (var number in (request.From?.Keys ?? []).Concat(request.To?.Keys ?? []))
        {
            if (partitions.TrueForAll(p => p.Number != number))
            {
                throw new VerificationException(
                    $"The topic '{partitions.FirstOrDefault()?.Topic ?? request.Topic}' has {partitions.Count} partitions; there is no "
                        + $"partition {number}.");
            }
        }
    }
}
