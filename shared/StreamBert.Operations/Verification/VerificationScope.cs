using StreamBert.Contracts;
using StreamBert.Operations.Ledger;
using StreamBert.Streaming.Hosting;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Verification;

/// <summary>Which records are verified: partitions of input topics, from an offset to what their group has committed.</summary>
/// <param name="Topics">The input topics asked for.</param>
/// <param name="Partitions">Those of them that the log has.</param>
internal sealed record VerificationScope(IReadOnlyList<string> Topics, IReadOnlyList<CheckedPartition> Partitions)
{
    /// <exception cref="VerificationException">The request names what does not exist, or a range of several topics.</exception>
    public static async Task<VerificationScope> ReadAsync(
        IEventLog log, PipelineCatalog pipelines, VerificationRequest request, CancellationToken cancellation)
    {
        var topics = Chosen(pipelines, request);
        var partitions = new List<CheckedPartition>();
        foreach (var group in topics.GroupBy(ConsumerGroups.Of))
        {
            var begins = (await log.DescribeAsync([.. group], cancellation)).ToDictionary(
                static p => (p.Topic, p.Partition),
                static p => p.Begin);
            foreach (var lag in await log.LagAsync(group.Key, [.. group], cancellation))
                partitions.Add(Range(pipelines.ForTopic(lag.Topic), lag, begins[(lag.Topic, lag.Partition)], request));
        }
        CheckPartitions(request, partitions);
        return new(topics, partitions);
    }

    /// <summary>The report, with the reason why it proves nothing if there is one.</summary>
    public VerificationReport Judge(VerificationReport report)
    {
        var unknown = Topics.Except(Partitions.Select(static p => p.Topic))
            .Where(topic => !Contracts.Topics.IsAwaited(topic) || Topics.Count == 1)
            .ToList();
        if (unknown.Count > 0)
            return report with { Unproven = $"The log has no topic {string.Join(", ", unknown)}: give the log and the settings of the services (--kafka or --data, --config FILE)." };
        if (report.FilesDamaged > 0)
        {
            return report with
            {
                Unproven
                = "Files of the log are damaged (see the findings), so that what came of some texts cannot be read."
            };
        }

        return report.Checked > 0
            ? report
            : report with { Unproven = $"No record of {string.Join(", ", Topics)} could be checked: {Nothing(report)}." };
    }

    private static string Nothing(VerificationReport report) => report switch
    {
        { Unjudged: > 0 } => $"retention has removed what came of the {report.Unjudged} that were committed",
        { InFlight: > 0 } => $"{report.InFlight} are in flight, and no worker has committed any; verify again when Inference has",
        _ => "there is none in the range asked for; are these the log and the settings (Pipelines) of the services?",
    };

    private static List<string> Chosen(PipelineCatalog pipelines, VerificationRequest request)
    {
        if (request.Pipeline is { } name && pipelines.Find(name) is null)
        {
            throw new VerificationException(
                $"There is no pipeline '{name}'; there are {string.Join(", ", pipelines.All.Select(static p => p.Name))}.");
        }

        var topics = request.Pipeline is { } pipeline
            ? pipelines.Find(pipeline)!.Inputs.Distinct().ToList()
            : [.. pipelines.All.SelectMany(static p => p.Inputs).Append(Contracts.Topics.Interactive).Append(Contracts.Topics.Explain)
                .Distinct()];
        if (request.Topic is { } topic)
        {
            topics = topics.Contains(topic)
                ? [topic]
                : throw new VerificationException($"'{topic}' is no input topic{(request.Pipeline is null ? "" : " of that pipeline")}; there are {string.Join(", ", topics)}.");
        }

        return topics.Count == 1 || (request.From is not { Count: > 0 } && request.To is not { Count: > 0 })
            ? topics
            : throw new VerificationException($"A range of offsets belongs to one topic; name it ({string.Join(", ", topics)}).");
    }

    /// <summary>
    /// A range that begins before the first record that is left keeps its begin: that part cannot be judged, which is told.
    /// </summary>
    private static CheckedPartition Range(PipelineOptions? pipeline, PartitionLag lag, long begin, VerificationRequest request)
    {
        var from = Math.Max(0, request.From?.GetValueOrDefault(lag.Partition, begin) ?? begin);
        var to = Math.Min(lag.Committed, request.To?.GetValueOrDefault(lag.Partition, lag.Committed) ?? lag.Committed);
        return new(pipeline, lag, from, Math.Max(from, to));
    }

    private static void CheckPartitions(VerificationRequest request, List<CheckedPartition> partitions)
    {
        foreach (var number in (request.From?.Keys ?? []).Concat(request.To?.Keys ?? []))
        {
            if (partitions.All(p => p.Number != number))
                throw new VerificationException($"The topic '{partitions.FirstOrDefault()?.Topic ?? request.Topic}' has {partitions.Count} partitions; there is no partition {number}.");
        }
    }
}
