using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace StreamBert.Monitoring.Counts;

/// <summary>
/// Recognises a stream whose texts recur, such as log lines made from templates: most of them repeat a text that is at least an hour old.
/// Such repetitions are events of their own, whereas the copies of a news story follow each other within minutes and end.
/// </summary>
internal sealed class RecurringStories
{
    /// <summary>The age from which a repetition is not a copy, in windows, and at least one hour.</summary>
    private const int MinAgeWindows = 12;

    /// <summary>The shares of recurring texts at which texts begin and cease to count individually.</summary>
    private const double BeginShare = 0.8, CeaseShare = 0.4;

    /// <summary>The weight of earlier windows relative to the next one: the share is a mean over about twenty windows with texts.</summary>
    private const double Decay = 0.95;

    /// <summary>The weighted number of texts from which the share is judged.</summary>
    private const double MinTexts = 20;

    /// <summary>The number of stories that are remembered at least; the least recent others are forgotten in batches.</summary>
    private const int Capacity = 1024, Batch = 1024;

    /// <summary>The number of new stories of one window that are remembered; of more, a random part is.</summary>
    private const int MaxNew = 512;

    private static readonly TimeSpan MinAge = TimeSpan.FromHours(1);

    /// <summary>Story → the first and the last window with it.</summary>
    private readonly Dictionary<ulong, (long First, long Last)> _stories = [];
    private readonly HashSet<ulong> _new = [];

    /// <summary>Whether each text of a story counts, from the next window on.</summary>
    public bool CountsTexts { get; set; }

    /// <summary>The weighted numbers of texts with a story in the last windows, and of those that recur.</summary>
    public double Texts { get; set; }
    public double Recurring { get; set; }

    /// <summary>The stories in a compact form.</summary>
    public byte[] Packed
    {
        get => Pack();
        set => Unpack(value);
    }

    /// <summary>Adds a window that has closed, in order of time.</summary>
    /// <param name="window">The window.</param>
    /// <param name="length">The length of the windows.</param>
    public void Add(WindowCounts window, TimeSpan length)
    {
        var index = window.Start.UtcTicks / length.Ticks;
        var recent = index - Math.Max(MinAgeWindows, (long)Math.Ceiling(MinAge / length));
        long texts = 0, recurring = 0;
        foreach (var entry in window.Clusters.Entries())
        {
            if (!entry.Key.IsStory)
                continue;
            texts += entry.Texts;
            if (FirstWindowOf(entry.Key.Value, index) <= recent)
                recurring += entry.Texts;
        }
        Remember(index);
        if (texts == 0)
            return;
        (Texts, Recurring) = (Decay * Texts + texts, Decay * Recurring + recurring);
        if (Texts >= MinTexts)
            CountsTexts = Recurring >= (CountsTexts ? CeaseShare : BeginShare) * Texts;
        if (_stories.Count > Capacity + Batch)
            Forget();
    }

    /// <summary>Returns the first window with a story, which is also in this window.</summary>
    private long FirstWindowOf(ulong story, long index)
    {
        ref var seen = ref CollectionsMarshal.GetValueRefOrNullRef(_stories, story);
        if (Unsafe.IsNullRef(ref seen))
        {
            _new.Add(story);
            return index;
        }
        seen.Last = index;
        return seen.First;
    }

    /// <summary>Remembers the new stories; of too many another random part in each window, so that those that recur are found.</summary>
    private void Remember(long index)
    {
        var threshold = _new.Count > MaxNew ? ulong.MaxValue / (ulong)_new.Count * MaxNew : ulong.MaxValue;
        var salt = ClusterKey.Mix((ulong)index);
        foreach (var story in _new)
        {
            if (ClusterKey.Mix(story ^ salt) <= threshold)
                _stories[story] = (index, index);
        }
        _new.Clear();
    }

    private void Forget()
    {
        var oldest = _stories.OrderBy(static story => story.Value.Last).ThenByDescending(static story => story.Value.First)
            .ThenBy(static story => story.Key).Take(_stories.Count - Capacity);
        foreach (var (story, _) in oldest.ToList())
            _stories.Remove(story);
    }

    private byte[] Pack()
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (var (story, seen) in _stories)
        {
            writer.Write(story);
            writer.Write7BitEncodedInt64(seen.First);
            writer.Write7BitEncodedInt64(seen.Last - seen.First);
        }
        return bytes.ToArray();
    }

    /// <exception cref="JsonException">The bytes are not stories.</exception>
    private void Unpack(byte[] packed)
    {
        _stories.Clear();
        using var reader = new BinaryReader(new MemoryStream(packed));
        try
        {
            while (reader.BaseStream.Position < packed.Length)
            {
                var (story, first) = (reader.ReadUInt64(), reader.Read7BitEncodedInt64());
                _stories[story] = (first, first + reader.Read7BitEncodedInt64());
            }
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            throw new JsonException("The recurring stories are not readable.", e);
        }
    }
}
