using TorchSharp;

namespace StreamBert.Model.Network;

/// <summary>
/// Numbers that tensors are added to and multiplied by, as native scalars that live as long as the process. TorchSharp converts a number
/// in an expression, and the implicit factor 1 of a sum, to a native scalar whose finalizer may free it while the native call still reads
/// it (dotnet/TorchSharp#1434); the result is an occasional "Unknown scalar type" or "Expected false to be true". BannedSymbols.txt
/// forbids such calls.
/// </summary>
internal static class ScalarConstants
{
    public static readonly Scalar Half = 0.5f.ToScalar(), One = 1f.ToScalar(), Two = 2f.ToScalar(), Three = 3f.ToScalar();

    /// <summary>The bound of the scores in attention pooling.</summary>
    public static readonly Scalar Ten = 10f.ToScalar();

    /// <summary>The standard deviation of new weights (Hugging Face: <c>initializer_range</c>).</summary>
    public static readonly Scalar InitializerRange = 0.02f.ToScalar();

    /// <summary>The coefficients of the tanh approximation of GELU (Hendrycks and Gimpel 2016).</summary>
    public static readonly Scalar GeluCubic = 0.044715f.ToScalar(), GeluRoot = ((float)Math.Sqrt(2 / Math.PI)).ToScalar();

    /// <summary>The coefficient of GELU approximated as x·σ(1.702x).</summary>
    public static readonly Scalar QuickGelu = 1.702f.ToScalar();
}
