using StreamBert.Contracts;
using StreamBert.Model.Datasets.Duplicates;
using StreamBert.Training.Annotators;

namespace StreamBert.Training.Datasets;

/// <summary>
/// Decides one label for each text and head. Texts that the model reads identically are one text, whose labels are resolved together by
/// <see cref="LabelResolver"/>. Near-duplicates keep their own labels, because a single word may change what is right, but are in one
/// group.
/// </summary>
internal static class FeedbackResolver
{
    public static ResolvedFeedback Resolve(FeedbackLabels feedback, InputEncoder encoder)
    {
        var (given, withoutTokens) = Number(feedback.Labels, encoder);
        var heads = given.GroupBy(static label => label.Head).OrderBy(static head => head.Key, StringComparer.Ordinal)
            .Select(static head => new ResolvedHead([.. head])).ToList();
        var excluded = new Dictionary<string, int>(feedback.Excluded);
        Exclude(excluded, ExclusionReason.NoTokens, withoutTokens);
        Exclude(excluded, ExclusionReason.Conflict, heads.Sum(static head => head.ConflictingLabels));
        return new(
            [.. heads.SelectMany(static head => head.Labels).OrderBy(static label => label.OccurredAt)], given,
            [.. heads.Select(static head => head.Agreement)], excluded)
        {
            ErasedKeys = feedback.ErasedKeys,
        };
    }

    /// <summary>Numbers the texts by what the model reads; a text of which it reads nothing is left out and counted.</summary>
    private static (List<LabelledFeedback> Labels, int WithoutTokens) Number(IReadOnlyList<LabelledFeedback> feedback, InputEncoder encoder)
    {
        var read = feedback.Select(label => (Label: label, Input: encoder.Encode(label.Text)))
            .Where(static text => !text.Input.IsEmpty).ToList();
        var (index, groups) = (new InputIndex(), DuplicateGroups.Find(read.Select(static text => text.Input)));
        var numbered = read.Select((text, i) => text.Label with { Item = index.Add(text.Input), Group = groups[i] }).ToList();
        var positions = numbered.ToLookup(static label => (label.Item, label.Head), static label => label.Positions);
        // The model may read two texts identically that one annotator labelled one after the other: the last label counts here, too.
        return (
            [
                .. numbered.AsEnumerable().Reverse().DistinctBy(static label => (label.Item, label.Head, label.Annotators[0])).Reverse()
                    .Select(label => label with { Positions = [.. positions[(label.Item, label.Head)].SelectMany(static of => of)] }),
            ],
            feedback.Count - read.Count);
    }

    private static void Exclude(Dictionary<string, int> excluded, string reason, int count)
    {
        if (count == 0)
            return;
        excluded[reason] = count;
        TrainingMetrics.RecordExcluded(reason, count);
    }

    /// <summary>The labels of one head.</summary>
    private sealed class ResolvedHead
    {
        public ResolvedHead(IReadOnlyList<LabelledFeedback> given)
        {
            var annotations = given.Select(static label => new Annotation(label.Item, label.Annotators[0], label.Label)).ToList();
            var resolved = LabelResolver.Resolve(annotations);
            var items = given.GroupBy(static label => label.Item).ToList();
            Labels =
            [
                .. from item in items
                   let chosen = item.Where(label => label.Label == resolved[item.Key]).ToList()
                   where chosen.Count > 0
                   select chosen[0] with { Annotators = [.. chosen.Select(static label => label.Annotators[0])] },
            ];
            ConflictingLabels = items.Where(item => resolved[item.Key] is null).Sum(static item => item.Count());
            Agreement = new()
            {
                Head = given[0].Head,
                Texts = items.Count,
                SharedTexts = items.Count(static item => item.Count() > 1),
                Conflicts = items.Count(item => resolved[item.Key] is null),
                Alpha = KrippendorffAlpha.Compute(annotations),
            };
        }

        public IReadOnlyList<LabelledFeedback> Labels { get; }

        public int ConflictingLabels { get; }

        public AgreementReport Agreement { get; }
    }
}
