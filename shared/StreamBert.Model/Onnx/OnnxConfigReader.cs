using System.Globalization;
using StreamBert.Model.Checkpoints;

namespace StreamBert.Model.Onnx;

/// <summary>
/// Reads the configuration of the encoder from the graph: sizes from tensors, the number of attention heads from the constants of a
/// Reshape, the epsilon of the layer norms and the activation from the operations. What the graph does not show, <c>config.json</c> must
/// state; what both state must be equal.
/// </summary>
internal sealed class OnnxConfigReader(OnnxGraph graph, OnnxWeights weights)
{
    private const string FirstLayer = "encoder.layer.0.", Embeddings = "embeddings.";
    private const double EpsilonTolerance = 1e-3;
    private const int MaxDistance = 12;
    private static readonly string TanhGelu = ActivationNames.TanhGelu[0];

    /// <param name="stated">The content of <c>config.json</c>; null if there is none.</param>
    /// <exception cref="InvalidDataException">The graph is no BERT encoder, or <paramref name="stated"/> contradicts it.</exception>
    public EncoderConfig Read(EncoderConfig? stated)
    {
        RequireBert(stated);
        var words = weights.Find(Embeddings + "word_embeddings.weight").Shape;
        if (words is not [> 0 and <= int.MaxValue, > 0 and <= int.MaxValue])
            throw new InvalidDataException("has word embeddings that are no matrix");
        var hiddenSize = (int)words[1];
        var config = new EncoderConfig
        {
            Architecture = Architecture,
            VocabularySize = (int)words[0],
            HiddenSize = hiddenSize,
            Layers = weights.Layers,
            AttentionHeads = Choose(FindAttentionHeads(hiddenSize), stated?.AttentionHeads, "num_attention_heads"),
            IntermediateSize = (int)weights.Find(FirstLayer + "intermediate.dense.bias").Shape[0],
            Activation = ChooseActivation(FindActivation(), stated?.Activation),
            MaxPositions = (int)weights.Find(Embeddings + "position_embeddings.weight").Shape[0],
            TokenTypes = (int)weights.Find(Embeddings + "token_type_embeddings.weight").Shape[0],
            LayerNormEpsilon = Choose(FindEpsilon(), stated?.LayerNormEpsilon, "layer_norm_eps"),
        };
        RequireEqual(config, stated);
        return config;
    }

    private string Architecture => !weights.Contains("classifier.bias") ? "BertModel"
        : weights.Contains("pooler.dense.bias") ? "BertForSequenceClassification" : "BertForTokenClassification";

    /// <summary>RoBERTa counts positions with CumSum, and a decoder masks with Trilu; their tensors have the names of BERT.</summary>
    private void RequireBert(EncoderConfig? stated)
    {
        if (stated is not null && stated.ModelType != EncoderConfig.Bert)
            throw new InvalidDataException($"has a config.json with model_type {stated.ModelType}; ONNX models of type bert are read");
        if (graph.Nodes.FirstOrDefault(static node => node.Operator is "CumSum" or "Trilu" or "If" or "Loop" or "Scan") is { } other)
            throw new InvalidDataException($"is no BERT encoder: it computes {other.Operator}, as RoBERTa or a decoder does");
    }

    /// <summary>Finds the heads in the Reshape behind the query: its shape ends with the number of heads and their size.</summary>
    private int? FindAttentionHeads(long hiddenSize)
    {
        foreach (var node in Follow(weights.FindOutput(FirstLayer + "attention.self.query")))
        {
            if (node is { Operator: "Reshape", Inputs: [_, var shape, ..] } && ReadShape(shape) is [.., var heads, var size]
                && heads is > 0 and < int.MaxValue && (Int128)heads * size == hiddenSize)
            {
                return (int)heads;
            }
        }
        return null;
    }

    private List<long> ReadShape(string name)
    {
        if (graph.Tensors.TryGetValue(name, out var stored))
            return [.. stored.Integers];
        return graph.FindProducer(name) is { Operator: "Concat" } parts
            ? [.. parts.Inputs.SelectMany(input => graph.Tensors.GetValueOrDefault(input)?.Integers is [_, ..] values ? values : [0])]
            : [];
    }

    private string? FindActivation()
    {
        var nodes = Follow(weights.FindOutput(FirstLayer + "intermediate.dense"))
            .TakeWhile(static node => node.Operator is not ("MatMul" or "Gemm")).ToList();
        if (nodes.Find(static node => node.Operator == "Gelu") is { } gelu)
            return gelu.Attributes.GetValueOrDefault("approximate")?.Text == "tanh" ? TanhGelu : ActivationNames.Gelu;
        var operators = nodes.Select(static node => node.Operator).ToHashSet();
        if (operators.Contains("Erf"))
            return ActivationNames.Gelu;
        if (operators.Contains("Tanh"))
            return operators.Contains("Pow") || operators.Contains("Mul") ? TanhGelu : ActivationNames.Tanh;
        return operators.Contains("Relu") ? ActivationNames.Relu : null;
    }

    /// <summary>Finds the epsilon as an attribute of a LayerNormalization, or in Div(x, Sqrt(Add(variance, epsilon))).</summary>
    private double? FindEpsilon()
    {
        const double onnxDefault = 1e-5;
        var scale = weights.FindName(Embeddings + "LayerNorm.weight");
        foreach (var node in graph.FindConsumers(scale))
        {
            if (node.Operator == "LayerNormalization")
                return node.Attributes.GetValueOrDefault("epsilon")?.Float is { } epsilon ? ToDecimal(epsilon) : onnxDefault;
            var root = node.Inputs.Select(graph.FindProducer).Where(static input => input?.Operator == "Div")
                .SelectMany(static division => division!.Inputs).Select(graph.FindProducer)
                .FirstOrDefault(static input => input?.Operator == "Sqrt");
            if (root is { Inputs: [var sum] } && graph.FindProducer(sum) is { Operator: "Add" } addition)
                return addition.Inputs.Select(ReadScalar).FirstOrDefault(static value => value is not null);
        }
        return null;
    }

    private double? ReadScalar(string name) =>
        graph.Tensors.GetValueOrDefault(name)?.Scalar is { } value ? ToDecimal(value) : null;

    /// <summary>Returns the shortest decimal number that is this float32: 1e-12 instead of 9.999999960041972e-13.</summary>
    private static double ToDecimal(float value) =>
        double.Parse(value.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Returns the nodes that a value reaches, near ones first.</summary>
    private IEnumerable<OnnxNode> Follow(string value)
    {
        HashSet<OnnxNode> seen = new(ReferenceEqualityComparer.Instance);
        List<OnnxNode> level = [.. graph.FindConsumers(value).Where(seen.Add)];
        for (var distance = 0; level.Count > 0 && distance < MaxDistance; distance++)
        {
            foreach (var node in level)
                yield return node;
            level = [.. level.SelectMany(static node => node.Outputs).SelectMany(graph.FindConsumers).Where(seen.Add)];
        }
    }

    private static T Choose<T>(T? found, T? stated, string field) where T : struct => found ?? stated ?? throw Missing(field);

    private static string ChooseActivation(string? found, string? stated) =>
        found is null || stated is null || found == stated || (found == TanhGelu && ActivationNames.TanhGelu.Contains(stated))
            ? stated ?? found ?? throw Missing("hidden_act")
            : throw Contradiction("hidden_act", found, stated);

    private static InvalidDataException Missing(string field) =>
        new($"does not show {field}; give the config.json of the model with --model-config");

    private static InvalidDataException Contradiction(string field, object found, object stated) => new(string.Create(
        CultureInfo.InvariantCulture, $"has the {field} {found}, but config.json states {stated}; give the config.json of this model"));

    private static void RequireEqual(EncoderConfig found, EncoderConfig? stated)
    {
        if (stated is null)
            return;
        (string Field, double Found, double Stated)[] fields =
        [
            ("vocab_size", found.VocabularySize, stated.VocabularySize),
            ("hidden_size", found.HiddenSize, stated.HiddenSize),
            ("num_hidden_layers", found.Layers, stated.Layers),
            ("num_attention_heads", found.AttentionHeads, stated.AttentionHeads),
            ("intermediate_size", found.IntermediateSize, stated.IntermediateSize),
            ("max_position_embeddings", found.MaxPositions, stated.MaxPositions),
            ("type_vocab_size", found.TokenTypes, stated.TokenTypes),
            ("layer_norm_eps", found.LayerNormEpsilon, stated.LayerNormEpsilon),
        ];
        foreach (var (field, graph, config) in fields)
        {
            if (Math.Abs(graph - config) > EpsilonTolerance * graph)
                throw Contradiction(field, graph, config);
        }
    }
}
