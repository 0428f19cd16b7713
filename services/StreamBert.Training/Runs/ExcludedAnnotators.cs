using StreamBert.Contracts;
using StreamBert.Privacy;
using StreamBert.Streaming.Annotators;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Training.Runs;

/// <summary>
/// Follows the annotators whose labels are left out of data sets. A refresh reads what has come since the last one. Not thread-safe.
/// </summary>
internal sealed class ExcludedAnnotators(IEventLog log, PrivacyFilter privacy)
{
    private readonly Dictionary<int, long> _positions = [];
    private readonly AnnotatorExclusions _exclusions = new();
    private readonly Dictionary<(string Pipeline, string Annotator), bool> _known = [];

    /// <summary>Reads the exclusions that have come since the last refresh.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        var from = _positions.ToDictionary();
        await foreach (var record in log.ReadToEndAsync(Topics.Annotators, from, cancellation, awaitOpenTransactions: true))
        {
            _positions[record.Position.Partition] = record.Position.Offset + 1;
            if (EventReader.Read<AnnotatorExclusionChanged>(record, out var change) is not null)
                continue;
            _exclusions.Apply(change);
            _known.Clear();
        }
    }

    /// <summary>Whether the labels of an annotator in a pipeline are left out, by the last refresh.</summary>
    public bool Contains(string pipeline, string annotator)
    {
        if (!_known.TryGetValue((pipeline, annotator), out var isExcluded))
        {
            var names = privacy.NamesOfAnnotator(pipeline, annotator);
            _known[(pipeline, annotator)] = isExcluded = names.Any(name => _exclusions.IsExcluded(name, pipeline));
        }
        return isExcluded;
    }
}
