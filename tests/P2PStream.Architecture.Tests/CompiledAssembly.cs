using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace P2PStream.Architecture.Tests;

/// <summary>What a compiled assembly mentions of others, read from its metadata without loading it.</summary>
internal sealed class CompiledAssembly
{
    private CompiledAssembly(
        IReadOnlyList<string> assemblies, IReadOnlyList<string> types, IReadOnlyList<string> members)
    {
        ReferencedAssemblies = assemblies;
        ReferencedTypes = types;
        ReferencedMembers = members;
    }

    /// <summary>Simple names.</summary>
    public IReadOnlyList<string> ReferencedAssemblies { get; }

    /// <summary>Full names, nested types with a plus.</summary>
    public IReadOnlyList<string> ReferencedTypes { get; }

    /// <summary>Members of types outside the assembly, as <c>Full.Type.Name::member</c>.</summary>
    public IReadOnlyList<string> ReferencedMembers { get; }

    public static CompiledAssembly Open(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, name + ".dll");
        using var file = new PEReader(File.OpenRead(path));
        var reader = file.GetMetadataReader();
        return new CompiledAssembly(
            [.. reader.AssemblyReferences.Select(handle =>
                reader.GetString(reader.GetAssemblyReference(handle).Name))],
            [.. reader.TypeReferences.Select(handle => NameOf(reader, handle))],
            [.. reader.MemberReferences.Select(handle => NameOf(reader, handle)).OfType<string>()]);
    }

    private static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        var name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? NameOf(reader, (TypeReferenceHandle)type.ResolutionScope) + "+" + name
            : reader.GetString(type.Namespace) + "." + name;
    }

    /// <returns>Null for a member of a constructed generic type: its open type is among the type references.</returns>
    private static string? NameOf(MetadataReader reader, MemberReferenceHandle handle)
    {
        var member = reader.GetMemberReference(handle);
        return member.Parent.Kind == HandleKind.TypeReference
            ? NameOf(reader, (TypeReferenceHandle)member.Parent) + "::" + reader.GetString(member.Name)
            : null;
    }
}
