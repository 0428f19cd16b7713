using System.Diagnostics.Metrics;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Streaming.State.Layout;

/// <summary>Events as they are shown: one that is too large is shown without what makes it so, and says that.</summary>
public static class StateValues
{
    /// <summary>Longest name of a key in the store, in bytes: more than any limit of an id allows.</summary>
    private const int MaxName = 4 * 1024;

    private static readonly Meter Meter = Telemetry.Meter("State");
    private static readonly Counter<long> ReducedCount =
        Meter.CreateCounter<long>(
            "streambert.state.values_reduced",
            "{event}",
            "Events that were too large for the state store and stand there without texts, examples or reports.");
    private static readonly Counter<long> LeftOutCount =
        Meter.CreateCounter<long>(
            "streambert.state.values_left_out",
            "{event}",
            "Events that were too large for the state store in any form and are not in it.");

    /// <summary>A prediction without what its producer chose freely.</summary>
    public static TextClassified Reduced(TextClassified prediction, long bytes) => prediction with
    {
        Text = null,
        Sealed = null,
        Entities = null,
        Explanations = null,
        Attributes = new Dictionary<string, string>(),
        Notes = [$"This prediction has {bytes:N0} bytes, too many to be shown whole: text, attributes, entities and explanations are left out here and stand in the log."],
    };

    /// <summary>An alert without the texts of its examples.</summary>
    public static AlertRaised Reduced(AlertRaised alert) =>
        alert with { Examples = [.. alert.Examples.Select(static example => example with { Text = null, Sealed = null })], Terms = [] };

    /// <summary>Whether names of an event can be keys at all; counted if not.</summary>
    internal static bool IsNameable(params IEnumerable<string> names)
    {
        var isNameable = names.All(static name => name.Length <= MaxName && Encoding.UTF8.GetByteCount(name) <= MaxName);
        if (!isNameable) LeftOutCount.Add(1);
        return isNameable;
    }

    /// <summary>An event as it is stored: whole, else reduced, else not at all.</summary>
    /// <returns>Null for an event that is too large in any form.</returns>
    internal static byte[]? Bounded<T>(T value, int most, Func<T, long, T>? reduce = null)
    {
        var whole = Wire.Serialize(value);
        if (whole.Length <= most) return whole;
        var reduced = reduce is null ? whole : Wire.Serialize(reduce(value, whole.Length));
        (reduced.Length <= most ? ReducedCount : LeftOutCount).Add(1, new KeyValuePair<string, object?>("type", typeof(T).Name));
        return reduced.Length <= most ? reduced : null;
    }
}
