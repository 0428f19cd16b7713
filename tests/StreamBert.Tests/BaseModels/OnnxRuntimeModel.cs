using Microsoft.ML.OnnxRuntime;
using StreamBert.Model.Manifests;

namespace StreamBert.Tests.BaseModels;

/// <summary>Runs an ONNX encoder with ONNX Runtime, on one text at a time, without padding.</summary>
internal sealed class OnnxRuntimeModel(byte[] model) : IDisposable
{
    private readonly InferenceSession _session = new(model);

    /// <summary>Returns the normalized embedding of a text.</summary>
    public float[] Embed(int[] ids, string pooling)
    {
        long[] shape = [1, ids.Length];
        using var input = OrtValue.CreateTensorValueFromMemory(Array.ConvertAll(ids, static id => (long)id), shape);
        using var mask = OrtValue.CreateTensorValueFromMemory([.. Enumerable.Repeat(1L, ids.Length)], shape);
        using var types = OrtValue.CreateTensorValueFromMemory(new long[ids.Length], shape);
        using var options = new RunOptions(); // its finalizer may free it while the native call reads it
        using var outputs = _session.Run(
            options, ["input_ids", "attention_mask", "token_type_ids"], [input, mask, types], ["last_hidden_state"]);
        return Normalize(Pool(outputs[0].GetTensorDataAsSpan<float>().ToArray(), ids.Length, pooling));
    }

    public void Dispose() => _session.Dispose();

    private static double[] Pool(float[] hidden, int tokens, string pooling)
    {
        var size = hidden.Length / tokens;
        var pooled = pooling == EmbeddingManifest.ClsToken ? 1 : tokens;
        return [.. Enumerable.Range(0, size).Select(at => Enumerable.Range(0, pooled).Average(token => (double)hidden[token * size + at]))];
    }

    private static float[] Normalize(double[] vector)
    {
        var norm = Math.Sqrt(vector.Sum(static value => value * value));
        return Array.ConvertAll(vector, value => (float)(value / norm));
    }
}
