using TorchSharp;

namespace StreamBert.Model.Network;

/// <summary>
/// The numbers that tensors are multiplied with and added by. They live as long as the process on purpose: TorchSharp turns a number in an
/// expression, and the
/// factor 1 that a sum has unsaid, into a native scalar whose finalizer may free it while the native call still reads it
/// (dotnet/TorchSharp#1434), which shows
/// as "Unknown scalar type" or "Expected false to be true" now and then. BannedSymbols.txt keeps such calls out.
/// </summary>
internal static class Constants
{
    public static readonly Scalar Half = 0.5f.ToScalar(), One = 1f.ToScalar(), Three = 3f.ToScalar();

    /// <summary>The bound of the exponents in attention pooling.</summary>
    public static readonly Scalar Ten = 10f.ToScalar();

    /// <summary>Standard deviation of fresh weights.</summary>
    public static readonly Scalar FreshDeviation = 0.02f.ToScalar();

    /// <summary>The two constants of the tanh approximation of GELU (Hendrycks and Gimpel 2016).</summary>
    public static readonly Scalar GeluCubic = 0.044715f.ToScalar(), GeluRoot = ((float)Math.Sqrt(2 / Math.PI)).ToScalar();

    /// <summary>GELU as x·σ(1.702x).</summary>
    public static readonly Scalar QuickGelu = 1.702f.ToScalar();
}
