using StreamBert.Cli.Errors;
using StreamBert.Model.Classification;
using StreamBert.Model.Evaluation;

namespace StreamBert.Cli.Models;

/// <summary>The out-of-distribution score and the confidence of a head for a text.</summary>
internal sealed record OutlierScore(double Score, double Confidence)
{
    /// <summary>Computes the scores of texts.</summary>
    /// <exception cref="CliException">The model has no such score for the head.</exception>
    public static IEnumerable<OutlierScore> Compute(TextClassifier model, string head, IReadOnlyList<string> texts) =>
        Evaluator.Score(model, texts, head).Select(text => new OutlierScore(
            text.Prediction.OutOfDistribution ?? throw new CliException(
                $"The model {model.Version} has no distribution of the training texts of '{head}': train it with this version, or "
                + "give typical texts to 'models profile'."),
            text.Prediction.Confidence));
}
