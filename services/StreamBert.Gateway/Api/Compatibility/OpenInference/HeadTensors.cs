using StreamBert.Contracts;

namespace StreamBert.Gateway.Api.Compatibility.OpenInference;

/// <summary>
/// A head's answers as output tensors: the best label and its confidence [n], the scores [n, labels] and the names of their columns
/// [labels].
/// </summary>
internal static class HeadTensors
{
    private const string Number = "FP32";

    /// <param name="labels">The number of labels; -1 if it is not known yet.</param>
    public static IEnumerable<TensorMetadata> Metadata(string head, int labels) =>
    [
        new($"{head}.label", TextTensorReader.Bytes, [-1]),
        new($"{head}.confidence", Number, [-1]),
        new($"{head}.scores", Number, [-1, labels]),
        new($"{head}.labels", TextTensorReader.Bytes, [labels]),
    ];

    public static IEnumerable<InferOutput> Of(string head, IReadOnlyList<TextClassified> predictions)
    {
        // The head recognizes entities, for which the protocol has no tensor.
        if (!predictions.All(prediction => prediction.Heads.ContainsKey(head))) return [];
        var answers = predictions.Select(prediction => prediction.Heads[head]).ToList();
        // The version, and with it the labels, may change within a request.
        var labels = answers.SelectMany(static answer => answer.Scores.Keys).Distinct().ToList();
        return
        [
            new($"{head}.label", TextTensorReader.Bytes, [answers.Count], [.. answers.Select(static answer => answer.Label)]),
            new($"{head}.confidence", Number, [answers.Count], [.. answers.Select(static answer => (object)answer.Confidence)]),
            new(
                $"{head}.scores",
                Number,
                [answers.Count, labels.Count],
                [.. answers.SelectMany(answer => labels.Select(label => (object)answer.Scores.GetValueOrDefault(label)))]),
            new($"{head}.labels", TextTensorReader.Bytes, [labels.Count], [.. labels]),
        ];
    }
}
