using StreamBert.Model.Manifests;
using StreamBert.Model.Training.Adapters;

namespace StreamBert.Model.Training.Recipes;

/// <summary>Finds contradictions in a recipe, before its files are read.</summary>
internal static class RecipeValidator
{
    private static readonly string[] Splits = [RecipeSource.TrainSplit, RecipeSource.ValidationSplit, RecipeSource.TestSplit];

    /// <summary>Describes the first fault; null if there is none.</summary>
    public static string? FindFault(Recipe recipe) =>
        FindEncoderFault(recipe)
        ?? recipe.Heads.Select(FindFault).FirstOrDefault(static fault => fault is not null)
        ?? (recipe.ValidationShare is > 0 and <= 0.5 ? null : "validationShare must be above 0 and at most 0.5")
        ?? AdapterOptionsValidator.FindFault(recipe.FineTuning.Adapter)
        ?? (recipe.FineTuning.FreezeEncoder ? "freezeEncoder does not apply to a recipe, whose heads are new" : null);

    private static string? FindEncoderFault(Recipe recipe) => recipe switch
    {
        { Base: not null, Sizes: not null } or { Base: not null, Corpus.Count: > 0 } =>
            "base and sizes or corpus exclude each other: a pretrained encoder has its sizes",
        { Base: not null, Vocabulary: not null } => "base and vocabulary exclude each other: a pretrained encoder has its vocabulary",
        { Base: null, CollapseUrls: true } => "collapseUrls is for a base; an encoder from scratch with a learned vocabulary always does",
        { Base: null, Sizes: null } => "it needs base, a pretrained encoder, or sizes and corpus for one from scratch",
        { Base: null, Corpus.Count: 0 } => "an encoder from scratch needs a corpus",
        { Heads.Count: 0 } => "it has no head",
        _ => null,
    };

    private static string? FindFault(RecipeHead head)
    {
        if (head.Task is not (HeadTask.SingleLabel or HeadTask.TokenClassification))
            return $"the task of the head '{head.Name}' must be {HeadTask.SingleLabel} or {HeadTask.TokenClassification}";
        return head.Sources.Select(FindFault).FirstOrDefault(static fault => fault is not null)
            ?? (head.Sources.Any(static source => source.Split == RecipeSource.TrainSplit) ? null
                : $"the head '{head.Name}' has no source of the split {RecipeSource.TrainSplit}");
    }

    private static string? FindFault(RecipeSource source) => source switch
    {
        _ when !Splits.Contains(source.Split) => $"the split of {source.File} is '{source.Split}'; it must be {string.Join(", ", Splits)}",
        { TestShare: <= 0 or >= 1 } => $"testShare of {source.File} must be between 0 and 1",
        { TestShare: not null, Split: RecipeSource.ValidationSplit } => $"{source.File} has testShare, but is for validation",
        { Repeat: < 1 } => $"repeat of {source.File} must be at least 1",
        { Limit: < 1 } => $"limit of {source.File} must be at least 1",
        { Weight: <= 0 } => $"weight of {source.File} must be above 0",
        _ => null,
    };
}
