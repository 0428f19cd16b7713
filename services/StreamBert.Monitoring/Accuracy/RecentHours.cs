using System.Text.Json.Serialization;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Accuracy;

/// <summary>The sums of the last 24 hours with their labels, hour by hour, in a ring of packed numbers.</summary>
internal sealed class RecentHours
{
    public const int Hours = 24;

    /// <summary>The numbers of an hour: texts, confidence, squared confidence, squared cluster sizes.</summary>
    private const int Fields = 4;

    /// <summary>The number of the last hour; 0 before the first.</summary>
    public long Last { get; set; }

    /// <summary>The numbers of all hours.</summary>
    [JsonConverter(typeof(PackedFloatsConverter))]
    public float[] Sums { get; set; } = new float[Hours * Fields];

    /// <summary>The sums by label of hours with texts, in order of time; only for all texts of a head.</summary>
    public List<LabelledHour> Labels { get; set; } = [];

    /// <summary>Adds an hour; the hours between it and the last one had no texts.</summary>
    public void Add(long hour, AccuracySums sums)
    {
        if (Sums.Length != Hours * Fields)
            Sums = new float[Hours * Fields]; // a damaged checkpoint
        for (var skipped = Math.Max(Last + 1, hour - Hours + 1); skipped < hour; skipped++)
            SpanOf(skipped).Clear();
        var span = SpanOf(hour);
        (span[0], span[1], span[2], span[3]) = (sums.Texts, (float)sums.Confidence, (float)sums.Squares, (float)sums.ClusterSquares);
        Last = hour;
        if (sums.Labels.Count > 0)
            Labels.Add(new(hour, sums.Labels));
        Labels.RemoveAll(labels => labels.Hour <= hour - Hours);
    }

    /// <summary>Returns the sums of an hour, without labels; null for an hour without texts or longer ago.</summary>
    public AccuracySums? At(long hour)
    {
        if (hour > Last || hour <= Last - Hours || Sums.Length != Hours * Fields || SpanOf(hour) is not [> 0, ..] span)
            return null;
        return new() { Texts = (long)span[0], Confidence = span[1], Squares = span[2], ClusterSquares = span[3] };
    }

    /// <summary>Returns the sums of the last hours together.</summary>
    public AccuracySums Sum(int hours)
    {
        var sum = new AccuracySums();
        for (var hour = Last - Math.Min(hours, Hours) + 1; hour <= Last; hour++)
        {
            if (At(hour) is { } sums)
                sum.Add(sums);
        }
        foreach (var labels in Labels.Where(labels => labels.Hour > Last - hours))
            sum.Add(labels.Sums);
        return sum;
    }

    private Span<float> SpanOf(long hour) => Sums.AsSpan((int)(hour % Hours) * Fields, Fields);
}

/// <summary>The sums of an hour by label.</summary>
internal sealed record LabelledHour(long Hour, Dictionary<string, LabelSums> Sums);
