using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Privacy.Sealing;
using StreamBert.Streaming.Events;
using StreamBert.Streaming.Log;

namespace StreamBert.Gateway.Labelling;

/// <summary>
/// Knows who has labelled which head of which text, and how. It keeps hashes of 64 bits, and reads the topic once; afterwards only what is
/// new. The last label of an annotator on a text and head, by its time, replaces the earlier ones, as in data sets, and a withdrawn one is
/// forgotten.
/// </summary>
internal sealed class AnnotationIndex(IEventLog log, SubjectVault vault) : IDisposable
{
    /// <summary>One text in so many, by a hash of its id, is offered to every annotator, so that their agreement can be measured.</summary>
    public const int SharedEvery = 5;

    private readonly SemaphoreSlim _reading = new(1, 1);
    private readonly Lock _lock = new();
    private readonly Dictionary<int, long> _positions = [];
    private readonly Dictionary<ulong, Dictionary<ulong, GivenLabel>> _labels = [];
    private readonly Dictionary<ulong, HashSet<ulong>> _items = [];

    /// <summary>Reads the feedback up to now.</summary>
    /// <exception cref="LogUnavailableException">The log cannot be read.</exception>
    public async Task ReadAsync(CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            var records = log.ReadToEndAsync(Topics.Feedback, new Dictionary<int, long>(_positions), cancellation);
            await foreach (var (record, _, state) in vault.OpenAsync(records, cancellation))
            {
                if (state == SealState.Readable)
                    Add(record);
                _positions[record.Position.Partition] = record.Position.Offset + 1;
            }
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>
    /// Whether a head of a text needs no label of an annotator: that annotator has labelled it, or somebody else has and the text is not
    /// one that all annotators label.
    /// </summary>
    public bool IsDone(string pipeline, string id, string head, string annotator)
    {
        lock (_lock)
        {
            return _labels.TryGetValue(HashOf(pipeline, head, id), out var given)
                && (given.ContainsKey(HashOf(annotator)) || HashOf(id) % SharedEvery != 0);
        }
    }

    /// <summary>Whether an annotator has labelled a head of a text.</summary>
    public bool IsLabelledBy(string pipeline, string id, string head, string annotator) =>
        FindTime(pipeline, id, head, annotator) is not null;

    /// <summary>Returns the time of the label of an annotator on a head of a text; null if there is none.</summary>
    public DateTimeOffset? FindTime(string pipeline, string id, string head, string annotator)
    {
        lock (_lock)
        {
            return _labels.TryGetValue(HashOf(pipeline, head, id), out var given) && given.TryGetValue(HashOf(annotator), out var label)
                ? label.At : null;
        }
    }

    /// <summary>Counts the annotators who gave a head of a text a label.</summary>
    public int CountLabels(string pipeline, string id, string head, string label)
    {
        lock (_lock)
        {
            return _labels.TryGetValue(HashOf(pipeline, head, id), out var given)
                ? given.Values.Count(own => own.Label == HashOf(label)) : 0;
        }
    }

    /// <summary>Whether the annotators of a head of a text contradict each other.</summary>
    public bool IsContradicted(string pipeline, string id, string head)
    {
        lock (_lock)
        {
            return _labels.TryGetValue(HashOf(pipeline, head, id), out var given)
                && given.Values.Select(static label => label.Label).Distinct().Skip(1).Any();
        }
    }

    /// <summary>Counts the labels of an annotator, and compares them with those of others on the same texts.</summary>
    /// <param name="annotator">The annotator as stored.</param>
    /// <param name="since">When the day began.</param>
    public AnnotatorProgress ProgressOf(string annotator, DateTimeOffset since)
    {
        lock (_lock)
        {
            var own = HashOf(annotator);
            var (today, compared, agreeing) = (0, 0, 0);
            foreach (var given in _items.GetValueOrDefault(own, []).Select(item => _labels[item]))
            {
                today += given[own].At >= since ? 1 : 0;
                var others = given.Where(label => label.Key != own).Select(static label => label.Value.Label).ToList();
                compared += others.Count;
                agreeing += others.Count(label => label == given[own].Label);
            }
            return new(today, compared, agreeing);
        }
    }

    public void Dispose() => _reading.Dispose();

    private void Add(LogRecord record)
    {
        if (EventRecord.Is<FeedbackWithdrawn>(record) && EventReader.Read<FeedbackWithdrawn>(record, out var withdrawal) is null)
            Remove(withdrawal);
        else if (EventReader.Read<FeedbackReceived>(record, out var feedback) is null)
            Add(feedback);
    }

    private void Remove(FeedbackWithdrawn withdrawal)
    {
        lock (_lock)
        {
            var (item, annotator) = (HashOf(withdrawal.Pipeline, withdrawal.Head, withdrawal.Id), HashOf(withdrawal.Annotator));
            if (!_labels.TryGetValue(item, out var given) || !given.TryGetValue(annotator, out var label)
                || label.At > withdrawal.OccurredAt)
            {
                return;
            }
            given.Remove(annotator);
            if (given.Count == 0)
                _labels.Remove(item);
            _items[annotator].Remove(item);
        }
    }

    private void Add(FeedbackReceived feedback)
    {
        lock (_lock)
        {
            var (item, annotator) = (HashOf(feedback.Pipeline, feedback.Head, feedback.Id), HashOf(feedback.Annotator));
            if (!_labels.TryGetValue(item, out var given))
                _labels[item] = given = [];
            if (given.TryGetValue(annotator, out var earlier) && earlier.At > feedback.OccurredAt)
                return;
            given[annotator] = new(HashOf(feedback.Label), feedback.OccurredAt);
            if (!_items.TryGetValue(annotator, out var items))
                _items[annotator] = items = [];
            items.Add(item);
        }
    }

    private static ulong HashOf(params ReadOnlySpan<string> parts) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));

    private readonly record struct GivenLabel(ulong Label, DateTimeOffset At);
}
