namespace StreamBert.Model.SafeTensors;

/// <summary>A tensor in the header of a safetensors file.</summary>
/// <param name="Dtype">The format's name of the element type, such as <c>F32</c>.</param>
/// <param name="Begin">The first byte, counted from the end of the header.</param>
/// <param name="End">The byte after the last.</param>
internal sealed record TensorEntry(string Dtype, long[] Shape, long Begin, long End);
