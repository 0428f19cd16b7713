namespace StreamBert.Monitoring.Baselines;

/// <summary>
/// Adds windows to baselines. They are learned in chunks of up to a quarter of an hour, held back for two chunks. A chunk under alarm has a
/// small weight instead of none: so a baseline neither freezes for ever nor adopts a failure within days. A week becomes part of the last
/// good weeks when it ends, with the small weight if it had hours of alarm.
/// </summary>
/// <param name="model">Predicts from the baselines.</param>
/// <param name="window">The length of a window.</param>
/// <param name="minimumExposure">The exposure from which on a series has sums by hour of the week.</param>
internal sealed class BaselineLearning(SeasonalModel model, TimeSpan window, double minimumExposure)
{
    /// <summary>The weight of a chunk under alarm, and of a week with hours of alarm.</summary>
    public const double AlarmWeight = 0.05, AlarmedWeekWeight = 0.1;

    /// <summary>The normal hours from which on a chunk under alarm has its full weight, and the least part of it.</summary>
    private const double NormalDay = 24, MinimumNormal = 0.001;

    /// <summary>The number of complete chunks that are held back.</summary>
    private const int HeldBackChunks = 2;

    /// <summary>The number of windows that are held back at the start if something was known before.</summary>
    private const int HeldBackAtStart = 32;

    private const double LevelHalfLife = 14 * 24, LocalHalfLife = 2;

    /// <summary>The half-lives of a slot, in visits: ten days of a working week are two weeks.</summary>
    private const double DayHalfLife = 10, WeekHalfLife = 4;

    /// <summary>A young history has chunks of this part of it, so that it is learned early.</summary>
    private const int YoungChunks = 4;

    /// <summary>The usual exposure of a chunk is a mean of about so many chunks.</summary>
    private const float ChunksOfMean = 20;

    /// <summary>A week with so many hours under alarm is not a good one.</summary>
    private const double TooManyAlarmedHours = 6;

    private static readonly TimeSpan Quarter = TimeSpan.FromMinutes(15);

    private readonly int _chunk = ChunkLength(window);

    /// <summary>Returns the number of windows of a chunk.</summary>
    public static int ChunkLength(TimeSpan window) => Math.Max(1, (int)Math.Round(Quarter / window));

    /// <summary>Adds a closed window.</summary>
    /// <param name="baseline">The history of the series.</param>
    /// <param name="index">The index of the window.</param>
    /// <param name="slot">Its slot.</param>
    /// <param name="exposure">Its exposure.</param>
    /// <param name="amount">Its amount.</param>
    /// <param name="isAlarmed">Whether an alert on the series is active.</param>
    /// <param name="parent">The prediction for the whole pipeline, for one of its segments.</param>
    /// <param name="hasPrior">
    /// Whether something was known before the stream began. The first windows are compared with it for longer, before they are learned:
    /// the stream may begin during an incident.
    /// </param>
    public void Add(
        SeasonalBaseline baseline, long index, WeekSlot slot, double exposure, double amount, bool isAlarmed,
        BaselineEstimate? parent = null, bool hasPrior = false)
    {
        var chunk = ChunkFor(baseline, index, slot);
        chunk.Windows++;
        chunk.Exposure += (float)exposure;
        chunk.Amount += (float)amount;
        if (isAlarmed)
            chunk.Alarmed++;
        var heldBack = hasPrior && baseline.LearnedHours <= 0 ? HeldBackAtStart : HeldBackChunks + 1;
        while (baseline.HeldBack.Count > heldBack)
        {
            Learn(baseline, baseline.HeldBack[0], baseline.HeldBack.Exists(static held => held.Alarmed > 0), parent);
            baseline.HeldBack.RemoveAt(0);
        }
    }

    /// <summary>Changes a window that late texts have revised, if it has not been learned yet.</summary>
    public static void Revise(SeasonalBaseline baseline, long index, double exposureChange, double amountChange)
    {
        if (baseline.HeldBack.Find(chunk => chunk.Contains(index)) is not { } held)
            return;
        held.Exposure += (float)exposureChange;
        held.Amount += (float)amountChange;
    }

    /// <summary>Returns the chunk that a window continues, or a new one. Chunks are short while the history is.</summary>
    private BaselineChunk ChunkFor(SeasonalBaseline baseline, long index, WeekSlot slot)
    {
        var length = Math.Clamp((int)(baseline.LearnedHours / window.TotalHours / YoungChunks), 1, _chunk);
        if (baseline.HeldBack is [.., var last] && last.Slot == slot && last.Windows < length && last.First + last.Windows == index)
            return last;
        baseline.HeldBack.Add(new()
        {
            First = index,
            HourOfWeek = slot.HourOfWeek,
            HourOfDay = slot.HourOfDay,
            Week = slot.Week,
        });
        return baseline.HeldBack[^1];
    }

    private void Learn(SeasonalBaseline baseline, BaselineChunk chunk, bool isAlarmed, BaselineEstimate? parent)
    {
        var (slot, hours) = (chunk.Slot, chunk.Windows * window.TotalHours);
        if (!isAlarmed)
            model.Measure(baseline, chunk, parent);
        EndWeekBefore(baseline, slot.Week);
        var weight = isAlarmed ? AlarmWeightOf(baseline) : 1;
        LearnLocal(baseline, chunk, isAlarmed ? 0 : 1, parent);
        baseline.Level.Decay(0, Math.Pow(0.5, hours / LevelHalfLife));
        if (slot.HourOfWeek != baseline.LastHour)
        {
            baseline.HourOfDay.Decay(slot.HourOfDay, Math.Pow(0.5, 1 / DayHalfLife));
            baseline.LastHourExposure = (float)baseline.HourOfDay.Exposure(slot.HourOfDay);
        }
        Add(baseline.Level, 0);
        Add(baseline.HourOfDay, slot.HourOfDay);
        Add(WeekOf(baseline), slot.HourOfWeek);
        baseline.LastHour = slot.HourOfWeek;
        baseline.LearnedHours += (float)hours;
        baseline.AlarmedHours += isAlarmed ? (float)hours : 0;
        var usual = chunk.Exposure / chunk.Windows * _chunk;
        baseline.ChunkExposure += (usual - baseline.ChunkExposure) / (baseline.ChunkExposure > 0 ? ChunksOfMean : 1);

        void Add(SlotSums? sums, int index) => sums?.Add(index, weight * chunk.Exposure, weight * chunk.Amount);
    }

    /// <summary>
    /// Adds the chunk to the sums of the last hours, with what the other tiers expected of it. A chunk under alarm is left out: otherwise
    /// the last hours would follow a failure as soon as nothing before it is left in them.
    /// </summary>
    private void LearnLocal(SeasonalBaseline baseline, BaselineChunk chunk, double weight, BaselineEstimate? parent)
    {
        var decay = Math.Pow(0.5, chunk.Windows * window.TotalHours / LocalHalfLife);
        var expected = model.PredictSeason(baseline, chunk.Slot, parent, prior: null)?.Mean * chunk.Exposure ?? chunk.Amount;
        baseline.Local.Decay(0, decay);
        baseline.Local.Decay(SeasonalBaseline.Expected, decay);
        baseline.Local.Add(0, weight * chunk.Exposure, weight * chunk.Amount);
        baseline.Local.Add(SeasonalBaseline.Expected, weight * chunk.Exposure, weight * expected);
    }

    /// <summary>Returns the weight of a chunk under alarm: almost none before the series has known a normal day.</summary>
    private static double AlarmWeightOf(SeasonalBaseline baseline) =>
        AlarmWeight * Math.Clamp((baseline.LearnedHours - baseline.AlarmedHours) / NormalDay, MinimumNormal, 1);

    private SlotSums? WeekOf(SeasonalBaseline baseline) =>
        baseline.Week ??= baseline.Level.Exposure() >= minimumExposure ? SlotSums.Create(WeekCalendar.HoursOfWeek) : null;

    private static void EndWeekBefore(SeasonalBaseline baseline, int week)
    {
        if (week == baseline.WeekNumber)
            return;
        if (baseline.Week is { } ended)
        {
            baseline.GoodWeeks ??= SlotSums.Create(WeekCalendar.HoursOfWeek);
            var weight = baseline.AlarmedHours >= TooManyAlarmedHours ? AlarmedWeekWeight : 1;
            baseline.GoodWeeks.Merge(ended, weight, weight < 1 ? 1 : Math.Pow(0.5, 1 / WeekHalfLife));
            ended.Clear();
        }
        (baseline.WeekNumber, baseline.AlarmedHours, baseline.ReferenceHour) = (week, 0, -1);
    }
}
