using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using StreamBert.Monitoring.Baselines;

namespace StreamBert.Monitoring.Labels;

/// <summary>The state of a label rule: what is known of its series.</summary>
internal sealed class LabelRuleState
{
    /// <summary>Dimension → what its segments have in common; the whole pipeline apart.</summary>
    public Dictionary<string, BaselinePool> Pools { get; set; } = [];

    /// <summary>Segment → its state.</summary>
    public Dictionary<string, LabelSeries> Series { get; set; } = [];
}

/// <summary>The state of a label in a series.</summary>
internal sealed class LabelSeries
{
    public SeasonalBaseline Baseline { get; set; } = new();
    public SpanBlocks Spans { get; set; } = new();

    /// <summary>The windows one by one, if the rule has a hopping window or a limit of a count; else null.</summary>
    public HoppingWindow? Hopping { get; set; }

    /// <summary>The spans with which the dispersion has not been measured yet.</summary>
    public HeldBackSpans HeldBack { get; set; } = new();

    public LabelDirection Direction(bool isAbove) => isAbove ? Rise : Fall;

    /// <summary>Returns the last span of a scale; in place of the one that is as long as the hopping window, that window.</summary>
    public JudgedSpan SpanAt(int scale) => Hopping is { } hopping && HoppingWindow.ScaleOf(hopping.Length) == scale ? hopping.ToSpan()
        : new(Spans.At(scale), Spans.LaterHalf(scale), scale, 1L << scale, Spans.EndOf(scale)) { IsComplete = Spans.IsComplete(scale) };

    /// <summary>Scale → the sum of squared residuals, of what the pool expects of them, and the number of spans.</summary>
    [JsonConverter(typeof(PackedFloatsConverter))]
    public float[] Factors { get; set; } = [];

    /// <summary>What is judged for rises, and for falls.</summary>
    public LabelDirection Rise { get; set; } = new();
    public LabelDirection Fall { get; set; } = new();

    /// <summary>The windows of the current step of slow changes, with what the last good weeks let expect.</summary>
    [JsonConverter(typeof(PackedFloatsConverter))]
    public float[] Step { get; set; } = new float[SpanSums.Fields];

    /// <summary>The sums in <see cref="Step"/>.</summary>
    [JsonIgnore]
    public ref SpanSums StepSums => ref MemoryMarshal.Cast<float, SpanSums>(Step.AsSpan())[0];

    /// <summary>The hour of the week in which the thresholds were solved last; −1 before.</summary>
    public int SolvedHour { get; set; } = -1;

    /// <summary>The last windows, which late texts may revise.</summary>
    public List<JudgedWindow> Recent { get; set; } = [];

    /// <summary>The number of windows since the last text.</summary>
    public int EmptyWindows { get; set; }

    /// <summary>Whether a change was adopted, so that what was known before the stream began no longer applies.</summary>
    public bool HasAdopted { get; set; }
}

/// <summary>The state of a label in a series for one direction of changes.</summary>
internal sealed class LabelDirection
{
    public SlowChange Slow { get; set; } = new();

    /// <summary>−ln p of the least significant span that is an alarm.</summary>
    public double SpanThreshold { get; set; }

    /// <summary>The value of the CUSUM that is an alarm.</summary>
    public double SlowThreshold { get; set; }
}

/// <summary>A window as it was judged last.</summary>
internal sealed class JudgedWindow
{
    public long Index { get; set; }
    public double Clusters { get; set; }
    public double Amount { get; set; }
    public long Texts { get; set; }
    public long Selected { get; set; }

    /// <summary>The prediction for the window; null if there was none.</summary>
    public double? Mean { get; set; }
    public double Variance { get; set; }

    [JsonIgnore]
    public BaselineEstimate? Estimate => Mean is { } mean ? new(mean, Variance) : null;
}
