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

    private static readonly TimeSpan MinAge = TimeSpan.FromHours(1);

    /// <summary>Story → the first and the last window with it.</summary>
    private readonly Dictionary<ulong, (long First, long Last)> _stories = [];

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
            if (See(entry.Key.Value, index) <= recent)
                recurring += entry.Texts;
        }
        if (texts == 0)
            return;
        (Texts, Recurring) = (Decay * Texts + texts, Decay * Recurring + recurring);
        if (Texts >= MinTexts)
            CountsTexts = Recurring >= (CountsTexts ? CeaseShare : BeginShare) * Texts;
        if (_stories.Count > Capacity + Batch)
            Forget();
    }

    /// <summary>Records a story, and returns the first window with it.</summary>
    private long See(ulong story, long index)
    {
        ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_stories, story, out var exists);
        seen = (exists ? seen.First : index, index);
        return seen.First;
    }

    private void Forget()
    {
        var oldest = _stories.OrderBy(static story => story.Value.Last).ThenBy(static story => story.Key).Take(_stories.Count - Capacity);
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
