using StreamBert.Monitoring.Counts;
using StreamBert.Monitoring.Statistics;
using StreamBert.Monitoring.Windows;

namespace StreamBert.Monitoring.Drift;

/// <summary>
/// Collects windows into hours, and keeps the last two days and the last-good week: 168 hours without alerts about labels or drift, and one
/// more day that is being judged.
/// </summary>
/// <param name="state">The state, which is changed with every window.</param>
/// <param name="window">The length of a window.</param>
internal sealed class HourJournal(DriftState state, TimeSpan window)
{
    /// <summary>The number of hours that embeddings are compared over, and that keep their texts.</summary>
    public const int RecentHours = 6;

    /// <summary>The number of embeddings of an hour that are kept as a reference.</summary>
    public const int ReferenceEmbeddings = 24;

    private const int GoodHours = 192, BadHours = 48;
    private const int HourEmbeddings = 100, HourExcerpts = 20, WindowTexts = 20;
    private const int HourTerms = 100, ReferenceTerms = 1000;
    private const int MaxRevisable = 100;
    private const double TermHalfLifeHours = 168;

    /// <summary>The length of an hour: a window if that is longer.</summary>
    public TimeSpan Hour { get; } = window > TimeSpan.FromHours(1) ? window : TimeSpan.FromHours(1);

    /// <summary>The complete hours in order of time.</summary>
    public IReadOnlyList<HourProfile> Hours => state.Hours;

    /// <summary>Adds a closed window. A new model version begins a new hour.</summary>
    /// <param name="closed">The window.</param>
    /// <param name="isGood">Whether no alert is active that makes the window unfit as a reference.</param>
    /// <returns>Whether the window completes an hour.</returns>
    public bool Add(WindowClosed closed, bool isGood)
    {
        var profile = HourProfile.Of(closed.Counts, closed.Window);
        BeginVersion(profile);
        if (state.Current is { } earlier && StartOf(earlier.Start) != StartOf(profile.Start))
            Complete();
        var hour = state.Current ??= new() { Start = profile.Start, End = profile.Start };
        hour.Add(profile);
        hour.Texts.Add(closed.Counts.Texts, HourEmbeddings);
        hour.IsGood &= isGood;
        AddTerms(hour.Terms, closed.Counts.Sample);
        Remember(profile);
        if (profile.End < StartOf(profile.Start) + Hour)
            return false;
        Complete();
        return true;
    }

    /// <summary>Replaces the counts of a window that late texts have revised.</summary>
    public void Revise(WindowRevised revised)
    {
        var index = state.LastWindows.FindIndex(last => last.Start == revised.Window.Start);
        var hour = state.Hours.Append(state.Current)
            .LastOrDefault(hour => hour is not null && hour.Start <= revised.Window.Start && hour.End >= revised.Window.End);
        if (index < 0 || hour is null)
            return;
        var profile = HourProfile.Of(revised.Counts, revised.Window);
        hour.Subtract(state.LastWindows[index]);
        hour.Texts.Subtract(state.LastWindows[index].Texts);
        hour.Add(profile);
        hour.Texts.Add(revised.Counts.Texts, HourEmbeddings);
        state.LastWindows[index] = profile;
    }

    /// <summary>Returns the complete hours of a span that ends with the last one.</summary>
    public List<HourProfile> Last(int hours) => Hours.Count == 0 ? [] : Between(Hours[^1].End - hours * Hour, Hours[^1].End);

    /// <summary>Returns the complete hours between two times.</summary>
    public List<HourProfile> Between(DateTimeOffset start, DateTimeOffset end) =>
        state.Hours.FindAll(hour => hour.Start >= start && hour.End <= end);

    /// <summary>
    /// Returns the complete hours before and after a time that cover as much on each side. A change of version divides an hour, so that
    /// the outermost hour of a side may exceed it.
    /// </summary>
    public (List<HourProfile> Before, List<HourProfile> After) Around(DateTimeOffset middle, TimeSpan length) => (
        state.Hours.FindAll(hour => hour.End <= middle && hour.End > middle - length),
        state.Hours.FindAll(hour => hour.Start >= middle && hour.Start < middle + length));

    private DateTimeOffset StartOf(DateTimeOffset time) => new(time.UtcTicks - time.UtcTicks % Hour.Ticks, TimeSpan.Zero);

    private void BeginVersion(HourProfile profile)
    {
        if (profile.Version is not { } version || version == state.Version)
            return;
        if (state.Current is not null)
            Complete();
        // After a rollback there is nothing to compare: the version before the present one is known.
        var isKnown = state.Version is null || version == state.PreviousVersion;
        state.PreviousVersion = isKnown ? null : state.Version;
        state.ChangedAt = profile.Start;
        state.Version = version;
        state.ComparedHours = 0;
    }

    private static void AddTerms(TermCounts terms, TextSample sample)
    {
        var texts = sample.Strata.OrderedByKey().SelectMany(static stratum => stratum.Value).DistinctBy(static text => text.Id)
            .OrderBy(static text => text.Rank).Take(WindowTexts);
        foreach (var text in texts)
        {
            if (text.Text is { } words)
                terms.Add(words);
        }
    }

    private void Remember(HourProfile profile)
    {
        state.LastWindows.Add(profile);
        if (state.LastWindows.Count > Math.Min(MaxRevisable, state.RevisableWindows))
            state.LastWindows.RemoveAt(0);
    }

    private void Complete()
    {
        var hour = state.Current!;
        state.Current = null;
        hour.Terms.Trim(HourTerms);
        hour.Texts.Embeddings =
            [.. hour.Texts.Embeddings.Select(static (row, index) => index < HourExcerpts ? row : row with { Excerpt = null })];
        state.Hours.Add(hour);
        foreach (var old in state.Hours.Where(old => !old.IsReference && old.End <= hour.End - RecentHours * Hour))
            MakeReference(old);
        var excess = state.Hours.Count(static old => old.IsGood) - GoodHours;
        state.Hours.RemoveAll(old => old.IsGood ? excess-- > 0 : old.End <= hour.End - BadHours * Hour);
    }

    /// <summary>Reduces an hour to what the reference needs.</summary>
    private void MakeReference(HourProfile hour)
    {
        hour.IsReference = true;
        hour.Texts.Embeddings = [.. hour.Texts.Embeddings.Take(ReferenceEmbeddings).Select(static row => row with { Excerpt = null })];
        if (hour.IsGood)
        {
            state.Terms.Decay(Math.Pow(0.5, 1 / TermHalfLifeHours));
            state.Terms.Add(hour.Terms);
            state.Terms.Trim(ReferenceTerms);
        }
        hour.Terms = new();
    }
}
