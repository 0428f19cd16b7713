using Microsoft.Extensions.Options;
using StreamBert.Contracts;
using StreamBert.Gateway.Http.Problems;
using StreamBert.Gateway.Ingestion;
using StreamBert.Gateway.Interactive;
using StreamBert.Streaming.Pipelines;

namespace StreamBert.Gateway.Api.Compatibility.TextEmbeddings;

/// <summary>Serves <c>/predict</c> for the configured pipeline and head.</summary>
internal sealed class TextEmbeddingsPredictor(InteractiveClassifier classifier, PipelineCatalog pipelines, IOptions<GatewayOptions> options)
{
    /// <summary>Half of the last digit of a score; smaller values are 0.</summary>
    private const double SmallestScore = 5e-7;

    /// <returns>The labels with their scores, or a list of them for each text of a batch.</returns>
    /// <exception cref="ApiException">The request is invalid, or a text is too long.</exception>
    public async Task<object> PredictAsync(PredictRequest request, CancellationToken cancellation)
    {
        var inputs = PredictInputs.From(request.Inputs);
        if (inputs.Texts.Count > options.Value.MaxClassifyTexts)
        {
            throw TextEmbeddingsErrors.BatchSize(
            inputs.Texts.Count,
            options.Value.MaxClassifyTexts);
        }

        var (pipeline, head) = options.Value.Compatibility.Resolve(pipelines);
        var predictions = await ClassifyAsync(inputs.Texts, pipeline.Name, cancellation);
        CheckLength(request, predictions);
        if (predictions.Any(prediction => !prediction.Heads.ContainsKey(head)))
        {
            throw ApiException.Invalid(
                $"The head '{head}' recognizes entities and has no labels for texts; set Gateway:Compatibility:Head to one that does.");
        }

        var answers = predictions.Select(prediction => Labels(prediction.Heads[head], request.RawScores)).ToList();
        return inputs.IsBatch ? answers : answers[0];
    }

    /// <summary>Classifies the texts. A text that is too large is an invalid input there.</summary>
    private async Task<IReadOnlyList<TextClassified>> ClassifyAsync(
        IReadOnlyList<string> texts,
        string pipeline,
        CancellationToken cancellation)
    {
        try
        {
            return await classifier.ClassifyAsync(texts, pipeline, null, cancellation);
        }
        catch (TextTooLargeException e)
        {
            throw ApiException.Invalid(e.Message);
        }
    }

    private static void CheckLength(PredictRequest request, IReadOnlyList<TextClassified> predictions)
    {
        if (predictions.FirstOrDefault(static prediction => prediction.Truncated) is not { } cut) return;
        if (request.Truncate == false)
            throw ApiException.Invalid($"`inputs` has more than the {cut.Tokens} tokens of the model, and truncate is false.");
        if (string.Equals(request.TruncationDirection, "left", StringComparison.OrdinalIgnoreCase))
        {
            throw ApiException.Invalid(
                $"`inputs` has more than the {cut.Tokens} tokens that the model takes, and what is too long is cut at its end; "
                    + "truncation_direction left is not possible.");
        }
    }

    private static List<PredictedLabel> Labels(HeadPrediction answer, bool raw) =>
    [
        .. answer.Scores.OrderByDescending(static score => score.Value)
            .Select(score => new PredictedLabel(raw ? Math.Log(Math.Max(score.Value, SmallestScore)) : score.Value, score.Key)),
    ];
}
