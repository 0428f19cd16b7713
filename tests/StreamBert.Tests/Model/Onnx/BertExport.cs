using StreamBert.Model.Checkpoints;
using StreamBert.Model.SafeTensors;
using StreamBert.Tests.Model.Packages;

namespace StreamBert.Tests.Model.Onnx;

/// <summary>
/// Exports the tiny checkpoint of <see cref="PlainCheckpoint"/> as torch.onnx does: the operations of one layer, constants for the shape of
/// the heads, and matrices in one of the forms of <see cref="MatrixForm"/>.
/// </summary>
internal sealed class BertExport
{
    private readonly SafeTensorsFile _checkpoint;
    private readonly MatrixForm _form;
    private readonly string _prefix;

    private BertExport(SafeTensorsFile checkpoint, MatrixForm form, string prefix) =>
        (_checkpoint, _form, _prefix) = (checkpoint, form, prefix);

    public OnnxFile File { get; } = new();

    /// <summary>Returns the model as a file that a test may change.</summary>
    /// <param name="checkpoint">The directory of the checkpoint.</param>
    /// <param name="prefix">What the names of tensors begin with.</param>
    /// <param name="withClassifier">Whether pooler and classifier are exported.</param>
    public static OnnxFile Create(
        string checkpoint, MatrixForm form = MatrixForm.Anonymous, string prefix = "", bool withClassifier = false)
    {
        using var tensors = SafeTensorsFile.Open(Path.Combine(checkpoint, CheckpointTensors.SingleFile));
        var export = new BertExport(tensors, form, prefix);
        var hidden = export.AddLayer("encoder.layer.0.", export.AddEmbeddings());
        if (withClassifier)
            export.AddClassifier(hidden);
        return export.File;
    }

    private string AddEmbeddings()
    {
        var words = File.Add("Gather", [Table("embeddings.word_embeddings.weight"), "input_ids"], "words");
        var types = File.Add("Gather", [Table("embeddings.token_type_embeddings.weight"), "token_type_ids"], "types");
        var positions = File.Add("Gather", [Table("embeddings.position_embeddings.weight"), "position_ids"], "positions");
        var sum = File.Add("Add", [File.Add("Add", [words, types], "words_types"), positions], "sum");
        return LayerNorm("embeddings.LayerNorm", sum);
    }

    private string AddLayer(string layer, string x)
    {
        var attention = layer + "attention.";
        var (query, key) = (Heads(attention + "self.query", x), Heads(attention + "self.key", x));
        var value = Heads(attention + "self.value", x);
        var scores = File.Add("Softmax", [File.Add("MatMul", [query, key], "products")], "scores");
        var context = File.Add("MatMul", [scores, value], "context");
        var output = Linear(attention + "output.dense", context);
        x = LayerNorm(attention + "output.LayerNorm", File.Add("Add", [output, x], "residual_1"));
        output = Linear(layer + "output.dense", Gelu(Linear(layer + "intermediate.dense", x)));
        return LayerNorm(layer + "output.LayerNorm", File.Add("Add", [output, x], "residual_2"));
    }

    private void AddClassifier(string hidden)
    {
        var pooled = File.Add("Tanh", [Linear("pooler.dense", File.Add("Gather", [hidden, "zero"], "first"))], "pooled");
        Linear("classifier", pooled, prefix: "");
    }

    /// <summary>Adds a linear layer whose output is reshaped to [batch, sequence, 2 heads, 4].</summary>
    private string Heads(string name, string x)
    {
        var (heads, size) = ($"{name}/heads", $"{name}/size");
        File.AddConstant(heads, [1], OnnxFile.Int64, 2L);
        File.AddConstant(size, [1], OnnxFile.Int64, 4L);
        var shape = File.Add("Concat", ["batch", "sequence", heads, size], $"{name}/shape", ("axis", 0L));
        return File.Add("Reshape", [Linear(name, x), shape], $"{name}/reshaped");
    }

    private string Linear(string name, string x, string? prefix = null)
    {
        var weight = Read($"{name}.weight", out var shape);
        var (stored, output) = ($"{prefix ?? _prefix}{name}", $"{name}/out");
        var bias = File.AddTensor(stored + ".bias", [shape[0]], Read($"{name}.bias", out _));
        switch (_form)
        {
            case MatrixForm.Gemm:
                return File.Add("Gemm", [x, File.AddTensor(stored + ".weight", shape, weight), bias], output, ("transB", 1L));
            case MatrixForm.TransposedGemm:
                return File.Add("Gemm", [x, AddTransposed(stored + ".weight", shape, weight), bias], output, ("alpha", 1f));
            case MatrixForm.TransposeNode:
                var transposed = File.Add("Transpose", [File.AddTensor(stored + ".weight", shape, weight)], $"{name}/t");
                return File.Add("Add", [File.Add("MatMul", [x, transposed], $"{name}/product"), bias], output);
            default:
                var matrix = AddTransposed($"onnx::MatMul_{File.Tensors.Count}", shape, weight);
                return File.Add("Add", [bias, File.Add("MatMul", [x, matrix], $"{name}/product")], output);
        }
    }

    private string AddTransposed(string name, long[] shape, float[] weight) => File.AddTensor(
        name,
        [shape[1], shape[0]],
        [.. from column in Enumerable.Range(0, (int)shape[1])
            from row in Enumerable.Range(0, (int)shape[0])
            select weight[row * shape[1] + column]]);

    /// <summary>Adds the operations of a layer norm with the epsilon of BERT.</summary>
    private string LayerNorm(string name, string x)
    {
        File.AddConstant($"{name}/two", [], OnnxFile.Float32, 2f);
        File.AddConstant($"{name}/epsilon", [], OnnxFile.Float32, (float)EncoderConfig.DefaultLayerNormEpsilon);
        var centered = File.Add("Sub", [x, File.Add("ReduceMean", [x], $"{name}/mean")], $"{name}/centered");
        var variance = File.Add("ReduceMean", [File.Add("Pow", [centered, $"{name}/two"], $"{name}/squares")], $"{name}/variance");
        var root = File.Add("Sqrt", [File.Add("Add", [variance, $"{name}/epsilon"], $"{name}/sum")], $"{name}/root");
        var scaled = File.Add("Mul", [File.Add("Div", [centered, root], $"{name}/scaled"), Table($"{name}.weight")], $"{name}/weighted");
        return File.Add("Add", [scaled, Table($"{name}.bias")], $"{name}/out");
    }

    private string Gelu(string x)
    {
        var erf = File.Add("Erf", [File.Add("Div", [x, "sqrt2"], "gelu/scaled")], "gelu/erf");
        return File.Add("Mul", [x, File.Add("Add", [erf, "one"], "gelu/sum")], "gelu/out");
    }

    private string Table(string name) => File.AddTensor(_prefix + name, shape: Shape(name), Read(name, out _));

    private long[] Shape(string name)
    {
        Read(name, out var shape);
        return shape;
    }

    private float[] Read(string name, out long[] shape)
    {
        var stored = _checkpoint.Contains(name) ? name : "bert." + name;
        using var tensor = _checkpoint.Read(stored);
        shape = tensor.shape;
        return tensor.data<float>().ToArray();
    }
}

/// <summary>The forms in which exporters store the matrix of a linear layer.</summary>
internal enum MatrixForm
{
    /// <summary>MatMul with an anonymous transposed matrix, and Add: torch.onnx for three-dimensional inputs.</summary>
    Anonymous,

    /// <summary>Gemm with <c>transB</c>: torch.onnx for two-dimensional inputs.</summary>
    Gemm,

    /// <summary>Gemm with a transposed matrix.</summary>
    TransposedGemm,

    /// <summary>MatMul with the named matrix behind a Transpose: torch.onnx without constant folding.</summary>
    TransposeNode,
}
