using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamBert.Contracts;
using StreamBert.Operations.Verification;
using StreamBert.Streaming.Log;

namespace StreamBert.Operations.Ledger;

/// <summary>What came of the records of one input partition, since the log began.</summary>
public sealed record LedgerCounts(long Out, long DeadLettered)
{
    public static LedgerCounts None { get; } = new(0, 0);
}

/// <summary>An input partition: which of its offsets are records of the ledger.</summary>
/// <param name="Start">The first offset that counts: the topic may have been old when it was first read.</param>
/// <param name="Next">Up to here it is known which offsets hold no record; used where there are such.</param>
/// <param name="Holes">Offsets before that which hold none: marks of transactions.</param>
internal sealed record LedgerInput(long Start, long Next, long Holes);

/// <summary>Counts with the offsets they were counted up to; what stands on <see cref="Topics.LedgerState"/>.</summary>
/// <param name="Counts">By input partition, <c>topic/partition</c>.</param>
/// <param name="Positions">By output partition: the next offset to count.</param>
/// <param name="IsWhole">Whether every outcome has been counted: false once retention removed predictions that had not been.</param>
internal sealed record LedgerPage(
    IReadOnlyDictionary<string, LedgerCounts> Counts,
    IReadOnlyDictionary<string, long> Positions,
    bool IsWhole)
{
    /// <summary>By input partition; checkpoints of earlier versions have none.</summary>
    public IReadOnlyDictionary<string, LedgerInput> Inputs { get => field ?? new Dictionary<string, LedgerInput>(); init; }

    /// <summary>Output topic → its records that cannot be read, so that of which input they are the outcome is not known.</summary>
    public IReadOnlyDictionary<string, long> Unreadable { get => field ?? new Dictionary<string, long>(); init; }

    /// <summary>The records that are counted; only in a checkpoint.</summary>
    public SeenOrigins? Seen { get; init; }

    public static LedgerPage Empty { get; } = new(new Dictionary<string, LedgerCounts>(), new Dictionary<string, long>(), true);

    public static string Place(string topic, int partition) => string.Create(CultureInfo.InvariantCulture, $"{topic}/{partition}");

    /// <summary>How many records an input partition has had.</summary>
    public long Records(PartitionLag lag)
    {
        var input = Input(lag);
        return lag.End - input.Start - input.Holes - (input.Next >= lag.RecordsEnd ? lag.End - input.Next : 0);
    }

    /// <summary>Offsets of inputs of which it is not known yet whether they hold records.</summary>
    public long Unknown(IEnumerable<PartitionLag> inputs) => inputs.Sum(lag => Math.Max(0, lag.RecordsEnd - Input(lag).Next));

    private LedgerInput Input(PartitionLag lag)
        => Inputs.GetValueOrDefault(Place(lag.Topic, lag.Partition)) ?? new(lag.Begin, lag.Begin, 0);

    /// <summary>Offsets that stand in the log and are not counted yet.</summary>
    public long Behind(IEnumerable<PartitionInfo> outputs) =>
        outputs.Sum(output => output.Behind(Positions.GetValueOrDefault(Place(output.Topic, output.Partition), output.Begin)));
}

/// <summary>
/// The Gateway's own count of predictions and dead letters by input partition. It needs no state store, and it goes on from its last
/// checkpoint in the log, so
/// that what retention has removed since stays counted. A record that at-least-once delivery gave two outcomes counts once.
/// </summary>
internal sealed class LedgerBook
{
    private const int FewMarks = 16;

    /// <summary>Partitions of topics that no pipeline reads now, which strangers may name as they like.</summary>
    private const int MaxForeignInputs = 1_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, LedgerCounts> _counts = [];
    private readonly Dictionary<string, long> _positions = [];
    private readonly Dictionary<string, LedgerInput> _inputs = [];
    private readonly Dictionary<string, long> _unreadable = [];
    private readonly HashSet<string> _known = [];
    private SeenOrigins _seen = new();
    private bool _isWhole;
    private bool _isOpen;

    /// <summary>Takes over a checkpoint. Outputs that were removed before they were counted are remembered as a gap.</summary>
    public void Open(LedgerPage page, IReadOnlyList<PartitionInfo> outputs)
    {
        lock (_gate)
        {
            foreach (var (place, counts) in page.Counts)
                (_counts[place], _inputs[place]) = (counts, new(0, 0, 0)); // what checkpoints meant before they told of inputs
            foreach (var (place, input) in page.Inputs)
                _inputs[place] = input;
            foreach (var (place, position) in page.Positions)
                _positions[place] = position;
            foreach (var (topic, count) in page.Unreadable)
                _unreadable[topic] = count;
            _seen = page.Seen ?? new();
            _isWhole = page.IsWhole && outputs.All(
                output => output.Begin <= page.Positions.GetValueOrDefault(LedgerPage.Place(output.Topic, output.Partition)));
            _isOpen = true;
        }
    }

    /// <summary>
    /// Counts records of <c>predictions</c> or <c>dead-letter</c> by the records they are the outcome of (null: that cannot be read); those
    /// that were counted before are passed over.
    /// </summary>
    /// <returns>Those that are unreadable and were not counted before.</returns>
    public IReadOnlyList<LogPosition> Enter(IReadOnlyList<(LogPosition Position, RecordOrigin? Origin)> outcomes)
    {
        lock (_gate)
            return [.. outcomes.Where(outcome => !Enter(outcome.Position, outcome.Origin)).Select(static outcome => outcome.Position)];
    }

    /// <summary>
    /// Input partitions as they are now. One that was not known begins with what still stands, or earlier if there is an outcome of an
    /// earlier record.
    /// </summary>
    public void Know(IEnumerable<PartitionInfo> inputs)
    {
        lock (_gate)
        {
            foreach (var input in inputs)
            {
                var place = LedgerPage.Place(input.Topic, input.Partition);
                _inputs.TryAdd(place, new(input.Begin, input.Begin, 0));
                _known.Add(place);
            }
        }
    }

    /// <summary>
    /// Where to go on looking for offsets of an input topic that hold no record. What retention has removed unseen passes for records.
    /// </summary>
    public IReadOnlyDictionary<int, long> Resume(IReadOnlyList<PartitionInfo> inputs)
    {
        lock (_gate)
        {
            return inputs.ToDictionary(static p => p.Partition, p =>
            {
                var place = LedgerPage.Place(p.Topic, p.Partition);
                var input = _inputs.GetValueOrDefault(place) ?? new(p.Begin, p.Begin, 0);
                return (_inputs[place] = input with { Next = Math.Max(input.Next, p.Begin) }).Next;
            });
        }
    }

    /// <summary>
    /// Whether more offsets are missing before one of these records than a few transactions leave marks, or its partition is not known yet.
    /// </summary>
    public bool Leaps(IReadOnlyList<LogRecord> records)
    {
        var next = new Dictionary<string, long>();
        lock (_gate)
        {
            foreach (var (topic, partition, offset) in records.Select(static record => record.Position))
            {
                var place = LedgerPage.Place(topic, partition);
                if ((next.TryGetValue(place, out var at) ? at : _inputs.GetValueOrDefault(place)?.Next) is not { } expected
                    || offset - expected > FewMarks)
                {
                    return true;
                }

                next[place] = offset + 1;
            }
        }

        return false;
    }

    /// <summary>Records of an input topic, in order: the offsets between them hold none.</summary>
    public void Pass(IReadOnlyList<LogRecord> records)
    {
        lock (_gate)
        {
            foreach (var (topic, partition, offset) in records.Select(static record => record.Position))
            {
                var place = LedgerPage.Place(topic, partition);
                if (_inputs.GetValueOrDefault(place) is { } input && offset >= input.Next)
                    _inputs[place] = input with { Next = offset + 1, Holes = input.Holes + offset - input.Next };
            }
        }
    }

    /// <summary>The counts as they are; null before they are known.</summary>
    public LedgerPage? Read()
    {
        lock (_gate)
            return _isOpen ? Page() : null;
    }

    /// <summary>The counts with everything that is needed to go on from them, as JSON.</summary>
    public byte[] Save()
    {
        lock (_gate)
            return JsonSerializer.SerializeToUtf8Bytes(Page() with { Seen = _seen }, LedgerContext.Default.LedgerPage);
    }

    /// <summary>Where to go on reading an output topic.</summary>
    public IReadOnlyDictionary<int, long> Positions(IEnumerable<PartitionInfo> partitions)
    {
        lock (_gate)
        {
            return partitions.ToDictionary(
                static p => p.Partition,
                p => _positions.GetValueOrDefault(LedgerPage.Place(p.Topic, p.Partition), p.Begin));
        }
    }

    private LedgerPage Page() => new(new Dictionary<string, LedgerCounts>(_counts), new Dictionary<string, long>(_positions), _isWhole)
    {
        Inputs = new Dictionary<string, LedgerInput>(_inputs),
        Unreadable = new Dictionary<string, long>(_unreadable),
    };

    /// <returns>False if it is unreadable.</returns>
    private bool Enter(LogPosition position, RecordOrigin? origin)
    {
        var place = LedgerPage.Place(position.Topic, position.Partition);
        if (position.Offset < _positions.GetValueOrDefault(place))
            return true;
        _positions[place] = position.Offset + 1;
        if (origin is null)
        {
            _unreadable[position.Topic] = _unreadable.GetValueOrDefault(position.Topic) + 1;
            return false;
        }
        var input = LedgerPage.Place(origin.Topic, origin.Partition);
        if (HasRoom(input) && _seen.Add(position, origin))
            Count(position, origin, input);
        return true;
    }

    private bool HasRoom(string input)
        => _known.Contains(input) || _counts.ContainsKey(input) || _counts.Count < _known.Count + MaxForeignInputs;

    private void Count(LogPosition position, RecordOrigin origin, string input)
    {
        var (classified, dead) = _counts.GetValueOrDefault(input, LedgerCounts.None);
        if (_inputs.GetValueOrDefault(input) is not { } known || origin.Offset < known.Start)
            _inputs[input] = (_inputs.GetValueOrDefault(input) ?? new(0, origin.Offset, 0)) with { Start = origin.Offset };
        _counts[input] = position.Topic == Topics.DeadLetter ? new(classified, dead + 1) : new(classified + 1, dead);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LedgerPage))]
internal sealed partial class LedgerContext : JsonSerializerContext;
