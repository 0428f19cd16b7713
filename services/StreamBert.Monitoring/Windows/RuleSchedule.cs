using StreamBert.Contracts;

namespace StreamBert.Monitoring.Windows;

/// <summary>
/// The rules of one pipeline over event time: those of the configuration, and their changes at run time. Each window has the rules of the
/// last change that was effective at its start, so that a replay judges it by the same rules.
/// </summary>
/// <param name="configured">The pipeline with the rules of the configuration.</param>
/// <param name="changes">The state: the changes, in the order in which they were made.</param>
internal sealed class RuleSchedule(PipelineOptions configured, List<RulesChanged> changes)
{
    private readonly Dictionary<RulesChanged, PipelineOptions> _options = new(ReferenceEqualityComparer.Instance);

    /// <summary>Returns the pipeline with the rules of the window that starts at that time.</summary>
    public PipelineOptions At(DateTimeOffset start) => changes.Count > 0 && LastAt(start) is { } change ? OptionsOf(change) : configured;

    /// <summary>Adds a change. It does not apply to windows whose texts have been counted by other rules.</summary>
    /// <param name="change">The change.</param>
    /// <param name="unopened">The start of the first window that has not been opened.</param>
    public void Add(RulesChanged change, DateTimeOffset unopened) =>
        changes.Add(change.EffectiveFrom >= unopened ? change : change with { EffectiveFrom = unopened });

    /// <summary>Forgets the changes that apply to no window that starts at that time or later.</summary>
    public void ForgetBefore(DateTimeOffset start)
    {
        if (changes.Count == 0)
            return;
        var last = LastAt(start);
        foreach (var change in changes.Where(change => change.EffectiveFrom <= start && !ReferenceEquals(change, last)).ToList())
        {
            changes.Remove(change);
            _options.Remove(change);
        }
    }

    private RulesChanged? LastAt(DateTimeOffset start)
    {
        RulesChanged? last = null;
        foreach (var change in changes)
        {
            if (change.EffectiveFrom <= start && (last is null || change.EffectiveFrom >= last.EffectiveFrom))
                last = change;
        }
        return last;
    }

    private PipelineOptions OptionsOf(RulesChanged change)
    {
        if (change.Rules is not { } rules)
            return configured;
        if (!_options.TryGetValue(change, out var options))
            _options[change] = options = configured with { Monitor = configured.Monitor with { Rules = rules } };
        return options;
    }
}
