using StreamBert.Model;

namespace StreamBert.Training.Datasets;

/// <summary>Examples to learn from and examples to be judged on; no text stands on both sides.</summary>
public sealed record Split(IReadOnlyList<LabelledText> Train, IReadOnlyList<LabelledText> HeldOut)
{
    /// <summary>Parts by <see cref="TextKey.Draw"/>: below <paramref name="heldOutShare"/> is held out.</summary>
    /// <remarks>If a head with two texts or more would have none on one side, the text drawn nearest the border changes sides.</remarks>
    public static Split Of(IReadOnlyList<LabelledText> examples, double heldOutShare)
    {
        var draws = examples.Select(static e => TextKey.Of(e.Text)).Distinct().ToDictionary(static key => key, TextKey.Draw);
        var heldOut = draws.Where(draw => draw.Value < heldOutShare).Select(static draw => draw.Key).ToHashSet();
        foreach (var head in examples.GroupBy(static e => e.Head).OrderBy(static g => g.Key, StringComparer.Ordinal))
            Balance([.. head.Select(static e => TextKey.Of(e.Text)).Distinct().OrderBy(key => draws[key])], heldOut);
        var sides = examples.ToLookup(e => heldOut.Contains(TextKey.Of(e.Text)));
        return new([.. sides[false]], [.. sides[true]]);
    }

    private static void Balance(IReadOnlyList<string> byDraw, HashSet<string> heldOut)
    {
        if (byDraw.Count < 2)
            return;
        if (!byDraw.Any(heldOut.Contains))
            heldOut.Add(byDraw[0]);
        else if (byDraw.All(heldOut.Contains))
            heldOut.Remove(byDraw[^1]);
    }
}
