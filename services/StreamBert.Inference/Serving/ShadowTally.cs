using StreamBert.Contracts;

namespace StreamBert.Inference.Serving;

/// <summary>Counts the answers of a candidate to copies of texts and those of the champion, until they are reported. Thread-safe.</summary>
internal sealed class ShadowTally
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Pipeline, string Head), HeadTally> _heads = [];
    private long _texts;
    private long _failures;
    private long _dropped;

    public void Add(
        PipelineOptions pipeline, IReadOnlyDictionary<string, HeadPrediction> champion,
        IReadOnlyDictionary<string, HeadPrediction> candidate)
    {
        lock (_lock)
        {
            _texts++;
            foreach (var head in pipeline.Heads)
            {
                if (champion.GetValueOrDefault(head) is not { } before || candidate.GetValueOrDefault(head) is not { } after)
                    continue; // recognises entities, and gives no label to the text
                if (!_heads.TryGetValue((pipeline.Name, head), out var tally))
                    _heads[(pipeline.Name, head)] = tally = new();
                tally.Add(before.Label, after.Label);
            }
        }
    }

    public void CountFailure()
    {
        lock (_lock)
            _failures++;
    }

    public void CountDropped()
    {
        lock (_lock)
            _dropped++;
    }

    /// <summary>Returns the counts as a report and begins again at zero; null if there are none.</summary>
    public ShadowReported? Take(string model, string version, string champion, DateTimeOffset stageStart, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_texts + _failures + _dropped == 0)
                return null;
            var report = new ShadowReported
            {
                Model = model,
                Version = version,
                Champion = champion,
                StageStart = stageStart,
                Texts = _texts,
                Failures = _failures,
                Dropped = _dropped,
                Heads = [.. _heads.Select(static head => head.Value.ToComparison(head.Key.Pipeline, head.Key.Head))],
                ReportedAt = now,
            };
            (_texts, _failures, _dropped) = (0, 0, 0);
            _heads.Clear();
            return report;
        }
    }

    private sealed class HeadTally
    {
        private readonly Dictionary<string, long> _champion = [];
        private readonly Dictionary<string, long> _candidate = [];
        private long _agreed;

        public void Add(string champion, string candidate)
        {
            _agreed += champion == candidate ? 1 : 0;
            _champion[champion] = _champion.GetValueOrDefault(champion) + 1;
            _candidate[candidate] = _candidate.GetValueOrDefault(candidate) + 1;
        }

        public ShadowComparison ToComparison(string pipeline, string head) =>
            new() { Pipeline = pipeline, Head = head, Agreed = _agreed, Champion = _champion, Candidate = _candidate };
    }
}
