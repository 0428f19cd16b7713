using StreamBert.Model.Manifests;
using StreamBert.Model.Network;
using StreamBert.Model.SafeTensors;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamBert.Model.OutOfDistribution;

/// <summary>The distributions of the training texts of a model's heads, stored in <c>distribution.safetensors</c>.</summary>
internal sealed class FeatureDistribution(IReadOnlyDictionary<string, HeadDistribution> heads) : IDisposable
{
    private const string Center = "center", Whitening = "whitening", Means = "means", Scale = "scale";

    /// <summary>Computes the out-of-distribution scores of texts by head.</summary>
    /// <param name="features">The mean hidden states of the texts, [texts, hidden].</param>
    public IReadOnlyDictionary<string, double[]> Score(Tensor features)
    {
        using var scope = NewDisposeScope();
        var floats = features.to(ScalarType.Float32);
        return heads.ToDictionary(static head => head.Key, head => head.Value.Score(floats), StringComparer.Ordinal);
    }

    /// <summary>Reads the distributions of the heads that the file has.</summary>
    /// <param name="hiddenSize">The size of hidden states.</param>
    /// <returns>Null if there is no file.</returns>
    /// <exception cref="ModelPackageException">The file is damaged, or a tensor has another shape.</exception>
    public static FeatureDistribution? Read(string path, IEnumerable<HeadManifest> heads, int hiddenSize)
    {
        if (!File.Exists(path)) return null;
        using var scope = NewDisposeScope();
        using var file = SafeTensorsFile.Open(path);
        return new(heads.Where(head => file.Contains(GetName(head.Name, Means)))
            .ToDictionary(static head => head.Name, head => Read(file, head.Name, hiddenSize), StringComparer.Ordinal));
    }

    /// <summary>Writes the distributions.</summary>
    public void Write(string path)
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(path, [.. heads.SelectMany(static head => List(head.Key, head.Value))], isHalf: false);
    }

    /// <summary>Moves the distributions to a device.</summary>
    public FeatureDistribution MoveTo(Device device) =>
        new(heads.ToDictionary(static head => head.Key, head => head.Value.MoveTo(device), StringComparer.Ordinal));

    public void Dispose()
    {
        foreach (var head in heads.Values) head.Dispose();
    }

    private static IEnumerable<(string, Tensor)> List(string name, HeadDistribution head) => head.Tensors
        .Append((Scale, tensor(head.Scale.Values.ToArray()))).Select(item => (GetName(name, item.Item1), item.Item2));

    private static HeadDistribution Read(SafeTensorsFile file, string head, int hiddenSize)
    {
        var labels = file.GetShape(GetName(head, Means))[0];
        var scale = file.Read(GetName(head, Scale), DistanceScale.ValueCount);
        return new(
            ReadTensor(Center, hiddenSize), ReadTensor(Whitening, hiddenSize, hiddenSize), ReadTensor(Means, labels, hiddenSize),
            DistanceScale.Create(scale.ToFloats()));

        Tensor ReadTensor(string name, params long[] shape) => file.Read(GetName(head, name), shape).DetachFromDisposeScope();
    }

    private static string GetName(string head, string tensor) => $"heads.{head}.{tensor}";
}
