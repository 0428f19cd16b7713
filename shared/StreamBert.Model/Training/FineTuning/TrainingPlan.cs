using StreamBert.Model.Training.Optimization;

namespace StreamBert.Model.Training.FineTuning;

/// <summary>
/// The steps of a run and the batches of each. They depend only on the texts, the options and the seed, so that an interrupted run
/// continues with the same batches.
/// </summary>
/// <param name="texts">The token ids of the training texts.</param>
internal sealed class TrainingPlan(IReadOnlyList<int[]> texts, FineTuneOptions options)
{
    /// <summary>The number of steps before each epoch, and behind the last one.</summary>
    private readonly int[] _firstSteps = CountSteps(texts, options);

    /// <summary>The number of steps of the run.</summary>
    public int Steps => _firstSteps[^1];

    /// <summary>Returns the number of steps before an epoch, counted from 0.</summary>
    public int GetFirstStep(int epoch) => _firstSteps[epoch];

    /// <summary>Returns the batches of each step of an epoch, as indices of texts.</summary>
    public IEnumerable<int[][]> GetSteps(int epoch) => SampleSteps(texts, options, epoch);

    private static int[] CountSteps(IReadOnlyList<int[]> texts, FineTuneOptions options)
    {
        var counts = new int[options.Epochs + 1];
        for (var epoch = 0; epoch < options.Epochs; epoch++) counts[epoch + 1] = counts[epoch] + SampleSteps(texts, options, epoch).Count();
        return counts;
    }

    private static IEnumerable<int[][]> SampleSteps(IReadOnlyList<int[]> texts, FineTuneOptions options, int epoch)
    {
        var random = new Random(Seeds.Derive(options.Seed, Seeds.Order, epoch));
        return BatchSampler.SampleEpoch(texts, options.BatchTokens, random).Chunk(options.AccumulationSteps);
    }
}
