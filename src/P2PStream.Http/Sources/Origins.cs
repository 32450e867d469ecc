namespace P2PStream.Http;

/// <summary>Finds the origin's base URI of a source.</summary>
internal static class Origins
{
    /// <summary>The option's with a slash at its end, else what the resource tells, else
    /// null.</summary>
    /// <exception cref="StreamSourceException">The option is not an absolute http(s)
    /// URI.</exception>
    public static Uri? Of(MediaResource resource, StreamSourceOptions options)
    {
        if (options.Origin is not { } origin) return resource.ImpliedOrigin;
        if (!origin.IsAbsoluteUri || !WebResource.CanRead(origin))
            throw new StreamSourceException(
                $"{origin}: an origin is an absolute http or https URI");
        return origin.AbsolutePath.EndsWith('/')
            ? origin
            : new UriBuilder(origin)
            {
                Path = origin.AbsolutePath + "/", Query = "", Fragment = "",
            }.Uri;
    }
}
