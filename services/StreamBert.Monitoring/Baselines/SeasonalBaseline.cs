using System.Text.Json.Serialization;

namespace StreamBert.Monitoring.Baselines;

/// <summary>
/// The history of a series: decayed sums at several resolutions (tiers), from a slow level to the hour of the week. The last windows are
/// held back before they are learned, so that the first windows of an incident, before it is detected, are learned with its weight. It is
/// state only; <see cref="SeasonalModel"/> computes with it.
/// </summary>
internal sealed class SeasonalBaseline
{
    /// <summary>The slot of <see cref="Local"/> that holds the expected amount.</summary>
    public const int Expected = 1;

    /// <summary>The slow mean of the series.</summary>
    public SlotSums Level { get; set; } = SlotSums.Create(1);

    /// <summary>The sums of the last hours, and in the second slot what was expected of them.</summary>
    public SlotSums Local { get; set; } = SlotSums.Create(2);

    /// <summary>The sums by hour of the day, working days apart from others.</summary>
    public SlotSums HourOfDay { get; set; } = SlotSums.Create(WeekCalendar.HoursOfDay);

    /// <summary>The sums of the current week by hour of the week; null while the series has little history.</summary>
    public SlotSums? Week { get; set; }

    /// <summary>The last good weeks: the decayed sums of past weeks by hour of the week; null before the first week is complete.</summary>
    public SlotSums? GoodWeeks { get; set; }

    /// <summary>The number of the week in <see cref="Week"/>.</summary>
    public int WeekNumber { get; set; }

    /// <summary>The number of hours under alarm in the current week.</summary>
    public float AlarmedHours { get; set; }

    /// <summary>The time that was learned, in hours.</summary>
    public float LearnedHours { get; set; }

    /// <summary>The hour of the week that was last learned.</summary>
    public int LastHour { get; set; } = -1;

    /// <summary>The exposure of that hour of the day before the current visit; without one the slot knows only the last minutes.</summary>
    public float LastHourExposure { get; set; }

    /// <summary>The usual exposure of a chunk.</summary>
    public float ChunkExposure { get; set; }

    /// <summary>The last windows, which have not been learned yet, in order of time.</summary>
    public List<BaselineChunk> HeldBack { get; set; } = [];

    /// <summary>The hour of the week for which the last good weeks were asked last; −1 if they must be asked again.</summary>
    public int ReferenceHour { get; set; } = -1;

    /// <summary>What they predicted for it; null if they had no history.</summary>
    public double? ReferenceMean { get; set; }
    public double ReferenceVariance { get; set; }

    /// <summary>Whether this hour of the day was seen on an earlier day.</summary>
    public bool HasHourOfDay(WeekSlot slot) =>
        slot.HourOfWeek == LastHour ? LastHourExposure > 0 : HourOfDay.Exposure(slot.HourOfDay) > 0;

    [JsonIgnore]
    public BaselineEstimate? Reference
    {
        get => ReferenceMean is { } mean ? new(mean, ReferenceVariance) : null;
        set => (ReferenceMean, ReferenceVariance) = (value?.Mean, value?.Variance ?? 0);
    }
}

/// <summary>Consecutive windows within one hour, which are learned together.</summary>
internal sealed class BaselineChunk
{
    /// <summary>The index of the first window.</summary>
    public long First { get; set; }
    public int Windows { get; set; }

    /// <summary>The number of windows under alarm.</summary>
    public int Alarmed { get; set; }
    public int HourOfWeek { get; set; }
    public int HourOfDay { get; set; }
    public int Week { get; set; }
    public float Exposure { get; set; }
    public float Amount { get; set; }

    [JsonIgnore]
    public WeekSlot Slot => new(HourOfWeek, HourOfDay, Week);

    public bool Contains(long window) => window >= First && window < First + Windows;
}

/// <summary>The expected mean of a series (a share, or a count per window), and the variance of that expectation itself.</summary>
internal readonly record struct BaselineEstimate(double Mean, double Variance);
