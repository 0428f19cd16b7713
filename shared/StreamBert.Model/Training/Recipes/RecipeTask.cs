namespace StreamBert.Model.Training.Recipes;

/// <summary>A recipe to train.</summary>
/// <param name="Recipe">The recipe.</param>
/// <param name="Reader">Reads its files.</param>
/// <param name="BaseDirectory">The directory of the pretrained encoder.</param>
/// <param name="OutputDirectory">The directory of the new package; it must not exist, or be empty.</param>
public sealed record RecipeTask(Recipe Recipe, RecipeReader Reader, string BaseDirectory, string OutputDirectory)
{
    /// <summary>Whether an interrupted run is continued; default false.</summary>
    public bool Resume { get; init; }

    /// <summary>Whether the package gets an anchor, a sample of its training and held-out texts; default true.</summary>
    public bool HasAnchor { get; init; } = true;

    /// <summary>The languages of the texts as BCP 47 tags; empty to detect them.</summary>
    public IReadOnlyList<string> Languages { get; init; } = [];

    /// <summary>The time between two checkpoints within an epoch; default five minutes.</summary>
    public TimeSpan CheckpointInterval { get; init; } = TimeSpan.FromMinutes(5);
}
