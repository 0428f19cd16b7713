using System.Diagnostics.Metrics;
using System.Text;
using StreamBert.Contracts;
using StreamBert.Streaming.Diagnostics;

namespace StreamBert.Streaming.State.Layout;

/// <summary>
/// Reduces and serializes events for the store and for live streams: an event that is too large loses its large fields, and says so.
/// </summary>
public static class StateValues
{
    /// <summary>The longest name of a key in the store, in bytes: more than any limit of an id allows.</summary>
    private const int MaxNameBytes = 4 * 1024;

    private static readonly Meter Meter = Telemetry.Meter("State");

    private static readonly Counter<long> ReducedValues = Meter.CreateCounter<long>(
        "streambert.state.values_reduced",
        "{event}",
        "Events that are too large for the state store and are stored without texts, examples or reports.");

    private static readonly Counter<long> OmittedValues = Meter.CreateCounter<long>(
        "streambert.state.values_omitted", "{event}", "Events that are too large for the state store in any form and are not stored in "
            + "it.");

    /// <summary>Removes from a prediction what its producer chose freely, and adds a note that says so.</summary>
    /// <param name="prediction">The prediction.</param>
    /// <param name="bytes">The size of the whole prediction.</param>
    public static TextClassified Reduce(TextClassified prediction, long bytes) => prediction with
    {
        Text = null,
        Sealed = null,
        Entities = null,
        Explanations = null,
        Attributes = new Dictionary<string, string>(),
        Notes =
        [
            $"This prediction has {bytes:N0} bytes, too many to be shown completely: text, attributes, entities and explanations are "
                + $"omitted here "
            + "and remain in the log.",
        ],
    };

    /// <summary>Removes the texts of an alert's examples.</summary>
    public static AlertRaised Reduce(AlertRaised alert) =>
        alert with { Examples = [.. alert.Examples.Select(static example => example with { Text = null, Sealed = null })], Terms = [] };

    /// <summary>Tells whether names of an event can be keys of the store; an event whose names cannot is counted as omitted.</summary>
    internal static bool CanBeKeys(params IEnumerable<string> names)
    {
        var canBeKeys = names.All(static name => name.Length <= MaxNameBytes && Encoding.UTF8.GetByteCount(name) <= MaxNameBytes);
        if (!canBeKeys)
            OmittedValues.Add(1);
        return canBeKeys;
    }

    /// <summary>Serializes an event: completely, otherwise reduced, otherwise not at all.</summary>
    /// <returns>Null for an event that is too large in any form.</returns>
    internal static byte[]? SerializeWithin<T>(T value, int maxBytes, Func<T, long, T>? reduce = null)
    {
        var complete = Wire.Serialize(value);
        if (complete.Length <= maxBytes)
            return complete;
        var reduced = reduce is null ? complete : Wire.Serialize(reduce(value, complete.Length));
        var fits = reduced.Length <= maxBytes;
        (fits ? ReducedValues : OmittedValues).Add(1, new KeyValuePair<string, object?>("type", typeof(T).Name));
        return fits ? reduced : null;
    }
}
