using System.Text.Json.Serialization;

namespace StreamBert.Monitoring.Baselines;

/// <summary>Sums of the exposure and the amount of a series, by slot; a table with one slot holds plain sums.</summary>
/// <param name="values">The exposure and the amount of each slot, alternating.</param>
[method: JsonConstructor]
internal sealed class SlotSums(float[] values)
{
    /// <summary>Creates empty sums.</summary>
    public static SlotSums Create(int slots) => new(new float[2 * slots]);

    /// <summary>The exposure and the amount of each slot, alternating.</summary>
    [JsonConverter(typeof(PackedFloatsConverter))]
    public float[] Values { get; } = values;

    [JsonIgnore]
    public int Slots => Values.Length / 2;

    public double Exposure(int slot = 0) => Values[2 * slot];

    public double Amount(int slot = 0) => Values[2 * slot + 1];

    /// <summary>Adds to a slot.</summary>
    public void Add(int slot, double exposure, double amount)
    {
        Values[2 * slot] += (float)exposure;
        Values[2 * slot + 1] += (float)amount;
    }

    /// <summary>Multiplies the sums of a slot.</summary>
    public void Decay(int slot, double factor)
    {
        Values[2 * slot] *= (float)factor;
        Values[2 * slot + 1] *= (float)factor;
    }

    /// <summary>Adds other sums with a weight to each slot that they have, after its own sums have decayed.</summary>
    public void Merge(SlotSums other, double weight, double decay)
    {
        for (var slot = 0; slot < Slots; slot++)
        {
            if (other.Exposure(slot) <= 0)
                continue;
            Decay(slot, decay);
            Add(slot, weight * other.Exposure(slot), weight * other.Amount(slot));
        }
    }

    public void Clear() => Array.Clear(Values);
}
