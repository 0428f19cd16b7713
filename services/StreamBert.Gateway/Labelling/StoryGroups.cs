using StreamBert.Contracts;

namespace StreamBert.Gateway.Labelling;

/// <summary>
/// Groups near-duplicates by the fingerprints of their texts: each text joins the first group whose first text is near enough. Texts
/// without a fingerprint, which are stored sealed, are groups of their own.
/// </summary>
internal static class StoryGroups
{
    /// <summary>Returns the groups in the order of their first predictions.</summary>
    public static IReadOnlyList<IReadOnlyList<TextClassified>> Of(IEnumerable<TextClassified> predictions)
    {
        List<IReadOnlyList<TextClassified>> groups = [];
        List<(ulong Fingerprint, List<TextClassified> Members)> known = [];
        foreach (var prediction in predictions)
        {
            if (!SimHash.TryParse(prediction.Story, out var own))
            {
                groups.Add([prediction]);
                continue;
            }
            var members = known.Find(group => SimHash.Distance(group.Fingerprint, own) <= SimHash.NearDuplicateDistance).Members;
            if (members is null)
            {
                known.Add((own, members = []));
                groups.Add(members);
            }
            members.Add(prediction);
        }
        return groups;
    }
}
