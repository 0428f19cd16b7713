using StreamBert.Cli.Errors;
using StreamBert.Model.Classification;

namespace StreamBert.Cli.Models;

/// <summary>The out-of-distribution score and the confidence of a head for a text.</summary>
internal sealed record OutlierScore(double Score, double Confidence)
{
    private const int BatchSize = 64;

    /// <summary>Computes the scores of texts.</summary>
    /// <exception cref="CliException">The model has no such score for the head.</exception>
    public static IEnumerable<OutlierScore> Compute(TextClassifier model, string head, IReadOnlyList<string> texts)
    {
        foreach (var batch in texts.Select(model.Encode).OrderBy(static text => text.Length).Chunk(BatchSize))
        {
            foreach (var output in model.Classify(batch))
            {
                var answer = output.Heads[head];
                yield return new(
                    answer.OutOfDistribution ?? throw new CliException(
                        $"The model {model.Version} has no distribution of the training texts of '{head}': train it with this version, or "
                        + "give typical texts to 'models profile'."),
                    answer.Confidence);
            }
        }
    }
}
